# shellcheck shell=bash
# Gateways with what ikev2cert makes.

# by the six lines of the README, as they stand there
scenario ikev2cert/readme live mode=tunnel auth=readme a.id=a.example b.id=b.example
