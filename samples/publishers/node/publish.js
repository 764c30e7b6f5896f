// With node-redis (npm install redis). Adds to the stream; see the last line for a channel.
import { randomUUID } from "node:crypto";
import { createClient } from "redis";

const redis = createClient({ url: process.env.REDIS_URL ?? "redis://127.0.0.1:6379/0" });
redis.on("error", (error) => console.error(error.message));
await redis.connect();

const publish = (message) => redis.xAdd("towncrier", "*", { message: JSON.stringify({ ...message, id: randomUUID() }) },
  { TRIM: { strategy: "MAXLEN", strategyModifier: "~", threshold: 100000 } });

await publish({ command: "purge", host: "www.example.org", value: ["/news/42"] });
await publish({ command: "xkey", value: ["article-42"] });
// await redis.publish("varnish.purge", JSON.stringify({ command: "xkey", value: ["article-42"] })); // how many received it
await redis.quit();
