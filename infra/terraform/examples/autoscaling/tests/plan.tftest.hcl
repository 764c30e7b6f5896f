# The whole example planned with the real provider and without a call.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.towncrier.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  image_id   = "ami-0123456789abcdef0"
  subnet_ids = ["subnet-0a"]
}

run "instances_make_their_own_queue_and_leave_when_terminated" {
  command = plan

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "${output.agent_config}\nYAML\n")
    error_message = "An instance does not get the printed configuration."
  }

  assert {
    condition = alltrue([
      for words in ["queue: auto", "agent leave --config", "target-lifecycle-state", "--lifecycle-hook-name 'towncrier-www-leave'", "--auto-scaling-group-name 'towncrier-www'"] :
      strcontains(base64decode(aws_launch_template.this.user_data), words)
    ])
    error_message = "An instance keeps its queue when it is terminated."
  }

  assert {
    condition = alltrue([
      for hook in aws_autoscaling_group.this.initial_lifecycle_hook :
      hook.name == "towncrier-www-leave" && hook.lifecycle_transition == "autoscaling:EC2_INSTANCE_TERMINATING" && hook.default_result == "CONTINUE"
    ])
    error_message = "The group does not wait for an instance to leave."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.agent.policy) == jsondecode(module.towncrier.policies.autoscaling)
    error_message = "The instances' role is not the agent's."
  }

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required"
    error_message = "The metadata service answers without a token."
  }
}

run "image_by_name" {
  command = plan

  variables {
    image_id = "debian-12"
  }

  expect_failures = [var.image_id]
}
