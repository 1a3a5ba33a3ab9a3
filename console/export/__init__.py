"""What leaves the console as a file: noted with its number of rows before it goes out, masked unless asked."""
