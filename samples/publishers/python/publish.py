"""With redis-py (Debian: python3-redis). Adds to the stream; see the last line for a channel."""
import json
import os
import uuid

import redis

client = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"), socket_timeout=5)


def publish(**message):
    body = json.dumps({**message, "id": str(uuid.uuid4())}, ensure_ascii=False)
    client.xadd("towncrier", {"message": body}, maxlen=100000, approximate=True)


publish(command="purge", host="www.example.org", value=["/news/42"])
publish(command="xkey", value=["article-42"])
# client.publish("varnish.purge", json.dumps({"command": "xkey", "value": ["article-42"]}))  # how many received it
