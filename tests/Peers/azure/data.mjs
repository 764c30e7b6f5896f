// Speaks to a Service Bus by Microsoft's azure-sb, which uses its REST data plane: send, batch, peek-lock, complete,
// abandon, renew, destructive receive, and what it does when things are refused. Takes an address (http or https), a key's
// name and the key; there are a queue `q`, and a topic `t` with a subscription `s`. Ends with "ok", or with what was not as
// it should be.
import { createRequire } from 'node:module'
import assert from 'node:assert/strict'
import { promisify } from 'node:util'

const azure = createRequire(import.meta.url)('azure-sb')
const [address, name, key] = process.argv.slice(2)
const connect = key => azure.createServiceBusService(`Endpoint=${address};SharedAccessKeyName=${name};SharedAccessKey=${key}`)
const bus = connect(key)
const port = new URL(address).port
const call = (method, ...args) =>
  new Promise((done, failed) => bus[method](...args, (error, ...rest) => (error ? failed(error) : done(rest))))

// The client knows a lock by its address, and looks for the namespace in it without a port.
const portless = message => ({ ...message, location: message.location.replace(`:${port}/`, '/') })
const receive = async options => (await call('receiveQueueMessage', 'q', options))[0]
const locked = async () => portless(await receive({ isPeekLock: true, timeoutIntervalInS: 5 }))

async function dataPlane() {
  await call('sendQueueMessage', 'q', {
    body: 'one',
    brokerProperties: { MessageId: 'm1', Label: 'greeting', CorrelationId: 'c1', TimeToLive: 60 },
    customProperties: { 'tc-kind': 'purge', 'tc-count': 3, 'tc-sure': true },
  })
  let message = await locked()
  assert.equal(message.body, 'one')
  assert.equal(message.brokerProperties.MessageId, 'm1')
  assert.equal(message.brokerProperties.Label, 'greeting')
  assert.equal(message.brokerProperties.CorrelationId, 'c1')
  assert.equal(message.brokerProperties.DeliveryCount, 1)
  assert.equal(message.brokerProperties.TimeToLive, 60)
  assert.equal(message.brokerProperties.State, 'Active')
  assert.ok(new Date(message.brokerProperties.LockedUntilUtc) > new Date())
  assert.equal(message.customProperties['tc-kind'], 'purge')
  assert.equal(message.customProperties['tc-count'], 3)
  assert.equal(message.customProperties['tc-sure'], true)

  await call('unlockMessage', message)
  message = await locked()
  assert.equal(message.brokerProperties.DeliveryCount, 2)
  await call('renewLockForMessage', message)
  await call('deleteMessage', message)
  await assert.rejects(call('deleteMessage', message), error => error.code === '404' || error.statusCode === 404)
  await assert.rejects(call('receiveQueueMessage', 'q', { isPeekLock: true, timeoutIntervalInS: 1 }), error => error === 'No messages to receive' || error.message === 'No messages to receive')

  await call('sendTopicMessage', 't', { body: JSON.stringify({ a: 'ä' }), contentType: 'application/json' })
  const [copy] = await call('receiveSubscriptionMessage', 't', 's', { timeoutIntervalInS: 5 })
  assert.equal(copy.body, '{"a":"ä"}')
  assert.equal(copy.contentType, 'application/json')
}

// azure-sb has no call for a batch: this is its message, sent with the batch's type.
async function batch() {
  const messages = [
    { Body: 'b1', BrokerProperties: { Label: 'x', TimeToLiveTimeSpan: '00:00:40' } },
    { Body: 'b2', UserProperties: { Priority: 'Low', Weight: 2 } },
  ]
  await call('sendQueueMessage', 'q', { body: JSON.stringify(messages), contentType: 'application/vnd.microsoft.servicebus.json' })
  const first = await receive({ timeoutIntervalInS: 5 })
  assert.equal(first.body, 'b1')
  assert.equal(first.brokerProperties.Label, 'x')
  assert.equal(first.brokerProperties.TimeToLive, 40)
  const second = await receive({ timeoutIntervalInS: 5 })
  assert.equal(second.body, 'b2')
  assert.equal(second.customProperties.priority, 'Low')
  assert.equal(second.customProperties.weight, 2)
}

async function refusals() {
  const wrong = connect('d3Jvbmc=')
  const send = promisify(wrong.sendQueueMessage.bind(wrong))
  await assert.rejects(send('q', 'x'), error => error.code === '401' && /InvalidSignature/.test(error.message))
  await assert.rejects(call('sendQueueMessage', 'nowhere', 'x'), error => error.code === '404' && /nowhere/.test(error.message))
  await assert.rejects(call('sendQueueMessage', 'q', 'x'.repeat(300 * 1024)), error => error.code === '413' || error.statusCode === 413)
}

async function management() {
  await call('createTopic', 'made')
  await call('createSubscription', 'made', 'one', { LockDuration: 'PT30S', MaxDeliveryCount: 5, AutoDeleteOnIdle: 'PT10M' })
  const [made] = await call('getSubscription', 'made', 'one')
  assert.equal(made.LockDuration, 'PT30S')
  assert.equal(made.MaxDeliveryCount, '5')
  assert.equal(made.AutoDeleteOnIdle, 'PT10M')
  await call('createRule', 'made', 'one', 'byname', { sqlExpressionFilter: "tc-kind = 'purge'".replace('tc-kind', '[tc-kind]') })
  await call('deleteRule', 'made', 'one', '$Default')
  const [rules] = await call('listRules', 'made', 'one')
  assert.deepEqual(rules.map(rule => rule.RuleName), ['byname'])
  await call('sendTopicMessage', 'made', { body: 'no', customProperties: { 'tc-kind': 'ban' } })
  await call('sendTopicMessage', 'made', { body: 'yes', customProperties: { 'tc-kind': 'purge' } })
  assert.equal((await call('receiveSubscriptionMessage', 'made', 'one', { timeoutIntervalInS: 5 }))[0].body, 'yes')
  await assert.rejects(call('createTopic', 'made'), error => error.code === '409' || error.statusCode === 409)
  await call('deleteSubscription', 'made', 'one')
  const [left] = await call('listSubscriptions', 'made')
  assert.equal(left.length, 0)
  await call('deleteTopic', 'made')
  await assert.rejects(call('getTopic', 'made'))
}

await dataPlane()
await batch()
await refusals()
await management()
console.log('ok')
process.exit(0)
