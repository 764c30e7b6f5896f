variable "fleet" {
  description = "Name of the fleet: part of every name made here, towncrier-FLEET-.... Letters, digits, '_' and '-', at most 32. No fleet of an account and region may begin with another one's name and a '-': their queues could not be told apart."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", var.fleet))
    error_message = "fleet must be 1 to 32 letters, digits, '_' or '-', and begin with a letter or a digit."
  }
}

variable "hosts" {
  description = <<-EOT
    The hosts that are there for good, by name. Each gets a queue of its own, towncrier-FLEET-HOST, with '-' for what SQS does not allow in a name.
    caches goes into the host's agent_config as it is. filter_policy (SNS, as JSON) takes the place of the fleet's; "{}" hears everything.
    Hosts that come and go are not named here: see autoscaling.
  EOT
  type = map(object({
    filter_policy = optional(string)
    caches        = optional(list(object({ path = string, key = optional(string) })))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for host in keys(var.hosts) : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*$", host))])
    error_message = "A host's name must begin with a letter or a digit and hold only letters, digits and . _ - (as the agent's 'name' does)."
  }

  validation {
    condition     = length(distinct([for host in keys(var.hosts) : replace(host, "/[^A-Za-z0-9_-]/", "-")])) == length(var.hosts)
    error_message = "Two hosts would have the same queue: names are compared after everything outside A-Z a-z 0-9 _ - is replaced by '-'. Rename one."
  }

  validation {
    condition = alltrue([
      for host in keys(var.hosts) : length("towncrier-${var.fleet}-${host}${var.fifo ? ".fifo" : ""}") <= 80
    ])
    error_message = "A queue's name, towncrier-FLEET-HOST, would be longer than SQS's 80 characters. Give the host a shorter name here, and the same in the agent's 'name'."
  }

  validation {
    condition     = alltrue([for host in keys(var.hosts) : !contains(["dead", "receipts"], replace(host, "/[^A-Za-z0-9_-]/", "-"))])
    error_message = "No host may be called 'dead' or 'receipts': these are queues of the fleet itself."
  }

  validation {
    condition     = alltrue([for host in values(var.hosts) : host.filter_policy == null || can(keys(jsondecode(host.filter_policy)))])
    error_message = "filter_policy must be a JSON object, such as jsonencode({ host = [\"www.example.org\"] })."
  }
}

variable "caches" {
  description = "Caches of every host that names none itself: goes into agent_config. path is nginx's proxy_cache_path, key its proxy_cache_key."
  type        = list(object({ path = string, key = optional(string) }))
  default     = []
  nullable    = false
}

variable "fifo" {
  description = "A FIFO topic and FIFO queues: messages of one group arrive in order, at a lower throughput and a higher price. Purges need no order."
  type        = bool
  default     = false
  nullable    = false
}

variable "publisher_principals" {
  description = "ARNs of IAM roles, users or accounts (:root) that the topic's policy lets publish. Needed for other accounts; in the topic's own account the publisher policy is enough."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.publisher_principals : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]+)$", arn))
    ])
    error_message = "publisher_principals must be ARNs of an IAM role, an IAM user or an account's root, such as arn:aws:iam::123456789012:role/cms. '*' is never allowed."
  }
}

variable "autoscaling" {
  description = "Hosts of this fleet make their own queues ('queue: auto'). Lets any queue of the account use the dead-letter queue, since their names are not known here."
  type        = bool
  default     = false
  nullable    = false
}

variable "receipts" {
  description = "Make the queue towncrier-FLEET-receipts, to which agents send what they purged and from which publishers read it."
  type        = bool
  default     = false
  nullable    = false
}

variable "filter_policy" {
  description = "SNS filter policy as JSON for every host without its own; null: everything. An anything-but also has to allow exists = false, or messages without the attribute are lost."
  type        = string
  default     = null

  validation {
    condition     = var.filter_policy == null || can(keys(jsondecode(var.filter_policy)))
    error_message = "filter_policy must be a JSON object, such as jsonencode({ host = [\"www.example.org\"] })."
  }
}

variable "filter_policy_scope" {
  description = "What filter policies look at: MessageAttributes, or MessageBody (fields of the message's JSON, such as host)."
  type        = string
  default     = "MessageAttributes"
  nullable    = false

  validation {
    condition     = contains(["MessageAttributes", "MessageBody"], var.filter_policy_scope)
    error_message = "filter_policy_scope must be MessageAttributes or MessageBody."
  }
}

variable "message_retention_seconds" {
  description = "How long a queue keeps messages for a host that is away, in seconds: 60 to 1,209,600 (14 days). Default 4 days, SQS's own. The dead-letter queue keeps them 14 days."
  type        = number
  default     = 345600
  nullable    = false

  validation {
    condition     = var.message_retention_seconds >= 60 && var.message_retention_seconds <= 1209600 && floor(var.message_retention_seconds) == var.message_retention_seconds
    error_message = "message_retention_seconds must be a whole number from 60 to 1209600 (14 days)."
  }
}

variable "receive_wait_time_seconds" {
  description = "How long a receive waits for a message, 0 to 20 s. Default 20, the cheapest: it makes 4,320 calls a day of an idle host. Less is no faster."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.receive_wait_time_seconds >= 0 && var.receive_wait_time_seconds <= 20 && floor(var.receive_wait_time_seconds) == var.receive_wait_time_seconds
    error_message = "receive_wait_time_seconds must be a whole number from 0 to 20."
  }
}

variable "visibility_timeout_seconds" {
  description = "How long a received message is hidden before it is delivered again, 1 to 43,200 s. The agent extends it while it works."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.visibility_timeout_seconds >= 1 && var.visibility_timeout_seconds <= 43200 && floor(var.visibility_timeout_seconds) == var.visibility_timeout_seconds
    error_message = "visibility_timeout_seconds must be a whole number from 1 to 43200 (12 hours)."
  }
}

variable "max_receive_count" {
  description = "Receives of a message before it goes to the dead-letter queue, 1 to 1,000."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receive_count >= 1 && var.max_receive_count <= 1000 && floor(var.max_receive_count) == var.max_receive_count
    error_message = "max_receive_count must be a whole number from 1 to 1000."
  }
}

variable "kms" {
  description = <<-EOT
    Encryption at rest. {}: SSE-SQS for the queues, free and without keys to look after; the topic keeps nothing.
    { create = true }: a customer managed key made here, for topic and queues. { key_arn = "..." }: yours; put policies.kms_grant into its key policy.
  EOT
  type = object({
    create  = optional(bool, false)
    key_arn = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.kms.key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms.key_arn))
    error_message = "kms.key_arn must be the ARN of a key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-...: an alias cannot be named in a policy."
  }

  validation {
    condition     = !(var.kms.create && var.kms.key_arn != null)
    error_message = "kms: either create or key_arn, not both."
  }
}

variable "alarms" {
  description = "CloudWatch alarms: the dead-letter queue is not empty; a host's oldest message is older than oldest_message_seconds (60 to 1,209,600). actions are ARNs, such as of an SNS topic that pages somebody."
  type = object({
    enabled                = optional(bool, true)
    actions                = optional(list(string), [])
    oldest_message_seconds = optional(number, 300)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.alarms.oldest_message_seconds >= 60 && var.alarms.oldest_message_seconds <= 1209600
    error_message = "alarms.oldest_message_seconds must be 60 to 1209600."
  }

  validation {
    condition     = alltrue([for arn in var.alarms.actions : can(regex("^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$", arn))])
    error_message = "alarms.actions must be ARNs, such as arn:aws:sns:eu-west-1:123456789012:on-call."
  }
}

variable "peer_topic_arns" {
  description = "ARNs of the fleet's topics in other regions that may send to this region's queues. The subscriptions are made by the module of the topic's region: peer_queue_arns."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.peer_topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "peer_topic_arns must be ARNs of standard SNS topics, such as arn:aws:sns:us-east-1:123456789012:towncrier-www."
  }

  validation {
    condition     = !(var.fifo && length(var.peer_topic_arns) > 0)
    error_message = "A FIFO topic reaches only queues of its own region: leave peer_topic_arns out, or fifo."
  }
}

variable "peer_queue_arns" {
  description = "Queues of other regions that hear this region's topic, by a name of your choice. That region's module has to name this topic in peer_topic_arns."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.peer_queue_arns) : can(regex("^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "peer_queue_arns must be ARNs of standard SQS queues, such as arn:aws:sqs:us-east-1:123456789012:towncrier-www-web-1."
  }

  validation {
    condition     = !(var.fifo && length(var.peer_queue_arns) > 0)
    error_message = "A FIFO topic reaches only queues of its own region: leave peer_queue_arns out, or fifo."
  }
}

variable "endpoint" {
  description = "Address that agents and publishers call in place of AWS's, such as an emulator's; goes into the printed configurations. null: AWS's own."
  type        = string
  default     = null

  validation {
    condition     = var.endpoint == null || can(regex("^https?://[^/?#]+/?$", var.endpoint))
    error_message = "endpoint must be http://HOST[:PORT] or https://HOST[:PORT]."
  }
}

variable "tags" {
  description = "Tags of everything made here. Those called towncrier:... are ours and win."
  type        = map(string)
  default     = {}
  nullable    = false
}
