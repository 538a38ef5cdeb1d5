#!/bin/sh
# The official image takes no password from its environment: write the password file, then start.
set -eu
umask 077
mkdir -p /mosquitto/secret
printf '%s:%s\n' "$MQTT_USER" "$MQTT_PASSWORD" > /mosquitto/secret/passwords
mosquitto_passwd -U /mosquitto/secret/passwords
chown -R mosquitto:mosquitto /mosquitto/secret /mosquitto/data
exec mosquitto -c /mosquitto/config/mosquitto.conf
