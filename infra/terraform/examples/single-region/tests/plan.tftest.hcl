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
  target = module.towncrier.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

run "roles_get_their_policies" {
  command = plan

  variables {
    hosts           = { "web-1" = { role = "web-1-instance" }, "web-2" = {} }
    publisher_roles = ["cms"]
  }

  assert {
    condition     = { for host, policy in aws_iam_role_policy.host : host => policy.role } == { "web-1" = "web-1-instance" }
    error_message = "A host's policy is attached to another role."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role_policy.host["web-1"].policy) == jsondecode(module.towncrier.policies.hosts["web-1"]) &&
      jsondecode(aws_iam_role_policy.publisher["cms"].policy) == jsondecode(module.towncrier.policies.publisher)
    )
    error_message = "A role got another one's policy."
  }
}

run "nothing_is_attached_to_roles_that_are_not_named" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.host) + length(aws_iam_role_policy.publisher) == 0
    error_message = "A policy is attached to a role that nobody named."
  }
}
