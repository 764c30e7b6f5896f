resource "aws_cloudwatch_metric_alarm" "dead" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${local.prefix}-dead-letters"
  alarm_description   = "Messages that no agent could apply, or that SNS could not deliver, lie in ${local.dead_name}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = local.dead_name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1

  # A queue that nothing happened to for six hours sends no metrics.
  treat_missing_data = "notBreaching"
  alarm_actions      = var.alarms.actions
  ok_actions         = var.alarms.actions
  tags               = local.tags
}

resource "aws_cloudwatch_metric_alarm" "oldest" {
  for_each = var.alarms.enabled ? local.queue_names : {}

  alarm_name          = "${each.value}-oldest-message"
  alarm_description   = "${each.key} has not taken a message for ${var.alarms.oldest_message_seconds} s: its agent is down, or cannot keep up. It serves stale pages."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarms.oldest_message_seconds
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = merge(local.tags, { "towncrier:host" = each.key })
}
