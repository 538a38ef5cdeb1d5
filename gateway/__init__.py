"""The edge: datagrams -> durable spool -> broker; forgets only what the centre confirmed."""
