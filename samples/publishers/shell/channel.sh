#!/bin/sh
# Purges a page and everything with a tag, through a channel. PUBLISH prints how many agents received it: 0 is nobody.
set -eu
url=${REDIS_URL:-redis://127.0.0.1:6379/0}

redis-cli -u "$url" PUBLISH varnish.purge '{"command":"purge","host":"www.example.org","value":["/news/42"]}'
redis-cli -u "$url" PUBLISH varnish.purge '{"command":"xkey","value":["article-42"]}'
