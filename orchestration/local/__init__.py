"""What stands in for the cloud and for other people's servers; nothing in production imports it."""
