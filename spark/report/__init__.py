"""Small tables -> pictures -> one page that holds them all."""
