// The SNS and SQS emulator on a free loopback port; prints "listening on PORT". It keeps everything in memory.
import { AsyncLocalStorage } from "node:async_hooks";
import { register } from "node:module";

// The emulator's persistence, which is not used here, imports a module that Node has since 22.5 only.
if (!process.getBuiltinModule?.("node:sqlite")) {
  const stub = "data:text/javascript,export class DatabaseSync {}";
  const hook = `export const resolve = (name, context, next) =>
    name === "node:sqlite" ? { url: ${JSON.stringify(stub)}, shortCircuit: true } : next(name, context);`;
  register("data:text/javascript," + encodeURIComponent(hook));
}

const dist = new URL("./node_modules/fauxqs/dist/", import.meta.url);
const { buildApp } = await import("fauxqs");
const { SqsQueue, SqsStore } = await import(new URL("sqs/sqsStore.js", dist));
const { SnsStore } = await import(new URL("sns/snsStore.js", dist));
const { snsSuccessResponse } = await import(new URL("common/xml.js", dist));

// As at SQS, a receive whose caller has gone takes no messages.
const callers = new AsyncLocalStorage();
const { dequeue, waitForMessages } = SqsQueue.prototype;
SqsQueue.prototype.dequeue = function (...args) {
  return callers.getStore()?.isGone ? [] : dequeue.apply(this, args);
};
SqsQueue.prototype.waitForMessages = function (seconds) {
  const caller = callers.getStore();
  const waiting = waitForMessages.call(this, seconds);
  const waiter = this.pollWaiters.at(-1);
  caller?.whenGone.push(() => {
    const at = this.pollWaiters.indexOf(waiter);
    if (at < 0) return;
    this.pollWaiters.splice(at, 1);
    clearTimeout(waiter.timer);
    waiter.resolve();
  });
  return waiting;
};

// As at SNS, a topic has a policy from the start.
class Topics extends SnsStore {
  createTopic(name, attributes, tags, region) {
    const topic = super.createTopic(name, attributes, tags, region);
    topic.attributes.Policy ??= defaultPolicy(topic.arn);
    return topic;
  }
}

const defaultPolicy = (arn) =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"].map((action) => "SNS:" + action),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": arn.split(":")[4] } },
      },
    ],
  });

const snsStore = new Topics();
const app = buildApp({ logger: false, stores: { sqsStore: new SqsStore(), snsStore } });
// Attributes that SNS has and the emulator has not.
app.addHook("preHandler", async (request, reply) => {
  const { Action, TopicArn, AttributeName, AttributeValue } = request.body ?? {};
  if (Action !== "SetTopicAttributes" || !/SuccessFeedbackSampleRate$/.test(AttributeName ?? "")) return;
  const topic = snsStore.getTopic(TopicArn);
  if (!topic) return;
  topic.attributes[AttributeName] = AttributeValue ?? "";
  return reply.header("content-type", "text/xml").send(snsSuccessResponse("SetTopicAttributes", ""));
});

app.addHook("preHandler", (request, reply, done) => {
  const caller = { isGone: false, whenGone: [] };
  reply.raw.once("close", () => {
    caller.isGone = !reply.raw.writableFinished;
    if (caller.isGone) for (const tell of caller.whenGone) tell();
  });
  callers.run(caller, done);
});

await app.listen({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0) });
console.log(`listening on ${app.server.address().port}`);
