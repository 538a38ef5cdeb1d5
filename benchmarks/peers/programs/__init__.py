"""The peers as programs: what people write to bring MQTT messages into PostgreSQL, at its best."""
