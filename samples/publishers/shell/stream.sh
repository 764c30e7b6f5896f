#!/bin/sh
# The same through a stream, which keeps messages for agents that are away. XADD prints the entry's id.
set -eu
url=${REDIS_URL:-redis://127.0.0.1:6379/0}

redis-cli -u "$url" XADD towncrier MAXLEN '~' 100000 '*' message '{"command":"purge","host":"www.example.org","value":["/news/42"]}'
redis-cli -u "$url" XADD towncrier MAXLEN '~' 100000 '*' message '{"command":"xkey","value":["article-42"]}'
