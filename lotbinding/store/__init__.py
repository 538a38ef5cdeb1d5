"""What lot binding reads and writes, one module for each kind of fact."""
