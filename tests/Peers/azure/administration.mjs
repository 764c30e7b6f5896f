// Speaks to a Service Bus by the administration client of Microsoft's @azure/service-bus, which uses its ATOM management over
// https: makes, gets, lists, changes and deletes a topic, a subscription, rules and a queue. Takes a connection string and
// one whose key may not manage. Ends with "ok", or with what was not as it should be.
import { ServiceBusAdministrationClient } from '@azure/service-bus'
import assert from 'node:assert/strict'

const [connection, unable] = process.argv.slice(2)
const once = { retryOptions: { maxRetries: 0 } }
const bus = new ServiceBusAdministrationClient(connection, once)
const all = async list => {
  const found = []
  for await (const one of list) found.push(one)
  return found
}

async function topics() {
  const made = await bus.createTopic('orders/eu', { defaultMessageTimeToLive: 'P1D', userMetadata: 'mine', autoDeleteOnIdle: 'PT1H' })
  assert.equal(made.name, 'orders/eu')
  assert.equal(made.defaultMessageTimeToLive, 'P1D')
  assert.equal(made.autoDeleteOnIdle, 'PT1H')
  assert.equal(made.userMetadata, 'mine')
  assert.equal(made.status, 'Active')
  await assert.rejects(bus.createTopic('orders/eu'), error => error.statusCode === 409 && error.code === 'MessageEntityAlreadyExistsError')
  assert.equal(await bus.topicExists('orders/eu'), true)
  assert.equal(await bus.topicExists('nowhere'), false)
  made.defaultMessageTimeToLive = 'PT2H'
  assert.equal((await bus.updateTopic(made)).defaultMessageTimeToLive, 'PT2H')
  assert.equal((await bus.getTopic('orders/eu')).defaultMessageTimeToLive, 'PT2H')
  assert.deepEqual((await all(bus.listTopics())).map(one => one.name), ['orders/eu'])
  await assert.rejects(bus.getTopic('nowhere'), error => error.code === 'MessageEntityNotFoundError')
}

async function subscriptions() {
  const made = await bus.createSubscription('orders/eu', 'host-1', {
    lockDuration: 'PT30S', deadLetteringOnMessageExpiration: true, maxDeliveryCount: 7, autoDeleteOnIdle: 'PT5M',
    defaultMessageTimeToLive: 'PT3M', userMetadata: 'host', defaultRuleOptions: { name: 'mine', filter: { sqlExpression: "sys.Label = 'a'" } },
  })
  assert.equal(made.topicName, 'orders/eu')
  assert.equal(made.subscriptionName, 'host-1')
  for (const one of [made, await bus.getSubscription('orders/eu', 'host-1')]) {
    assert.equal(one.lockDuration, 'PT30S')
    assert.equal(one.deadLetteringOnMessageExpiration, true)
    assert.equal(one.maxDeliveryCount, 7)
    assert.equal(one.autoDeleteOnIdle, 'PT5M')
    assert.equal(one.defaultMessageTimeToLive, 'PT3M')
    assert.equal(one.userMetadata, 'host')
  }

  assert.deepEqual((await all(bus.listRules('orders/eu', 'host-1'))).map(rule => [rule.name, rule.filter.sqlExpression]), [['mine', "sys.Label = 'a'"]])
  made.maxDeliveryCount = 9
  assert.equal((await bus.updateSubscription(made)).maxDeliveryCount, 9)
  await bus.createSubscription('orders/eu', 'host-2')
  assert.deepEqual((await all(bus.listSubscriptions('orders/eu'))).map(one => one.subscriptionName), ['host-1', 'host-2'])
  const pages = []
  for await (const page of bus.listSubscriptions('orders/eu').byPage({ maxPageSize: 1 })) pages.push(page.map(one => one.subscriptionName))
  assert.deepEqual(pages, [['host-1'], ['host-2']])
  const counts = await bus.getSubscriptionRuntimeProperties('orders/eu', 'host-2')
  assert.equal(counts.activeMessageCount, 0)
  assert.equal(counts.totalMessageCount, 0)
  assert.equal((await bus.getTopicRuntimeProperties('orders/eu')).subscriptionCount, 2)

  await assert.rejects(bus.createSubscription('orders/eu', 'host-1'), error => error.code === 'MessageEntityAlreadyExistsError')
  await assert.rejects(bus.createSubscription('orders/eu', 'x'.repeat(51)), error => error.statusCode === 400)
  await assert.rejects(bus.createSubscription('orders/eu', 'short', { autoDeleteOnIdle: 'PT4M' }), error => error.statusCode === 400)
  await assert.rejects(bus.createSubscription('nowhere', 's'), error => error.statusCode === 404)
  await assert.rejects(bus.getSubscription('orders/eu', 'nobody'), error => error.code === 'MessageEntityNotFoundError')
}

async function rules() {
  const sql = await bus.createRule('orders/eu', 'host-2', 'sql', { sqlExpression: 'user.color = @c', sqlParameters: { '@c': 'red' } })
  assert.deepEqual(sql.filter, { sqlExpression: 'user.color = @c', sqlParameters: { '@c': 'red' } })
  const correlation = await bus.createRule('orders/eu', 'host-2', 'like', { subject: 'a', correlationId: 'c', applicationProperties: { size: 3, sure: true } })
  assert.equal(correlation.filter.subject, 'a')
  assert.equal(correlation.filter.correlationId, 'c')
  assert.deepEqual(correlation.filter.applicationProperties, { size: 3, sure: true })
  sql.filter = { sqlExpression: '1=0' }
  assert.equal((await bus.updateRule('orders/eu', 'host-2', sql)).filter.sqlExpression, '1=0')
  assert.equal((await bus.getRule('orders/eu', 'host-2', '$Default')).filter.sqlExpression, '1=1')
  await bus.deleteRule('orders/eu', 'host-2', '$Default')
  assert.deepEqual((await all(bus.listRules('orders/eu', 'host-2'))).map(rule => rule.name), ['like', 'sql'])
  await assert.rejects(bus.createRule('orders/eu', 'host-2', 'bad', { sqlExpression: 'a = ' }), error => error.statusCode === 400)
  await assert.rejects(bus.deleteRule('orders/eu', 'host-2', '$Default'), error => error.statusCode === 404)
}

async function queues() {
  const queue = await bus.createQueue('work', { lockDuration: 'PT45S', maxDeliveryCount: 3, forwardTo: undefined })
  assert.equal(queue.lockDuration, 'PT45S')
  assert.equal((await bus.getQueue('work')).maxDeliveryCount, 3)
  assert.deepEqual((await all(bus.listQueues())).map(one => one.name), ['work'])
  assert.equal((await bus.getQueueRuntimeProperties('work')).deadLetterMessageCount, 0)
  await bus.deleteQueue('work')
  assert.equal(await bus.queueExists('work'), false)
}

async function ends() {
  await bus.deleteSubscription('orders/eu', 'host-1')
  assert.equal(await bus.subscriptionExists('orders/eu', 'host-1'), false)
  await assert.rejects(bus.deleteSubscription('orders/eu', 'host-1'), error => error.statusCode === 404)
  await bus.deleteTopic('orders/eu')
  assert.deepEqual(await all(bus.listTopics()), [])
  assert.equal((await bus.getNamespaceProperties()).messagingSku, 'Standard')
  await assert.rejects(new ServiceBusAdministrationClient(unable, once).createTopic('t'), error => error.code === 'UnauthorizedRequestError' && /Manage/.test(error.message))
}

await topics()
await subscriptions()
await rules()
await queues()
await ends()
console.log('ok')
