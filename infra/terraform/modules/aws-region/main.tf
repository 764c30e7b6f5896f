data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  # Not .name, which provider 6 deprecates, and not .region, which provider 5 lacks.
  region = data.aws_region.current.id

  prefix = "towncrier-${var.fleet}"
  suffix = var.fifo ? ".fifo" : ""

  # Built from names, so that a plan shows whole policies and nothing waits for what it only has to name.
  topic_arn    = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.prefix}${local.suffix}"
  queue_prefix = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.prefix}"

  queue_names   = { for host in keys(var.hosts) : host => "${local.prefix}-${replace(host, "/[^A-Za-z0-9_-]/", "-")}${local.suffix}" }
  queue_arns    = { for host, name in local.queue_names : host => "arn:${local.partition}:sqs:${local.region}:${local.account}:${name}" }
  dead_name     = "${local.prefix}-dead${local.suffix}"
  dead_arn      = "${local.queue_prefix}-dead${local.suffix}"
  receipts_name = "${local.prefix}-receipts"
  receipts_arn  = "${local.queue_prefix}-receipts"

  kms_key_arn = var.kms.create ? aws_kms_key.this[0].arn : var.kms.key_arn

  # The agent's reaper removes only what is made by an agent.
  tags = merge(var.tags, {
    "towncrier:fleet"   = var.fleet
    "towncrier:made-by" = "terraform"
  })
}

resource "aws_sns_topic" "this" {
  name              = "${local.prefix}${local.suffix}"
  fifo_topic        = var.fifo
  kms_master_key_id = local.kms_key_arn
  policy            = data.aws_iam_policy_document.topic.json
  tags              = local.tags

  # content_based_deduplication stays off: the same page purged twice within five minutes is two purges.
}

resource "aws_sns_topic_subscription" "host" {
  for_each = var.hosts

  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.host[each.key].arn
  raw_message_delivery = true
  filter_policy        = try(coalesce(each.value.filter_policy, var.filter_policy), null)
  filter_policy_scope  = try(coalesce(each.value.filter_policy, var.filter_policy), null) == null ? null : var.filter_policy_scope

  # What SNS cannot deliver, because a queue or its policy is gone, is kept and told by the alarm.
  redrive_policy = jsonencode({ deadLetterTargetArn = local.dead_arn })
}

# A subscription belongs to its topic's region, so those of other regions' queues are made here.
resource "aws_sns_topic_subscription" "peer" {
  for_each = var.peer_queue_arns

  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = each.value
  raw_message_delivery = true
  filter_policy        = var.filter_policy
  filter_policy_scope  = var.filter_policy == null ? null : var.filter_policy_scope
  redrive_policy       = jsonencode({ deadLetterTargetArn = local.dead_arn })

  depends_on = [aws_sqs_queue.dead]
}

locals {
  filters = compact(concat([var.filter_policy], [for host in values(var.hosts) : host.filter_policy]))
}

check "filters_keep_messages_without_the_attribute" {
  assert {
    condition = alltrue(flatten([
      for filter in local.filters : [
        for rules in values(jsondecode(filter)) : !can(regex("anything-but", jsonencode(rules))) || can(regex("\"exists\":false", jsonencode(rules)))
      ]
    ]))
    error_message = "A filter policy has anything-but without { exists = false } beside it: messages that lack the attribute would reach no host of it, and their pages stay cached."
  }
}
