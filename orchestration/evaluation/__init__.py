"""How good are the similar artists? The quality models over the marts as they are, in a warehouse of their own."""
