#!/bin/sh
# The same to one agent, without a broker; it answers when both are purged.
set -eu
agent=${TOWNCRIER_URL:-http://127.0.0.1:8471}

curl -sS --fail-with-body "$agent/v1/invalidations?wait=true" -H 'Content-Type: application/json' -d '[
  {"command":"purge","host":"www.example.org","value":["/news/42"]},
  {"command":"xkey","value":["article-42"]}
]'
