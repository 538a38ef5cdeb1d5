"""The MQTT contract: topics, and one module for each payload format. Pure, shared by both ends."""
