"""What is kept how long, and what throws it away after that."""
