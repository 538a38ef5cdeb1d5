"""The path beside its peers: the same readings, broker and database server for everybody, in turns."""
