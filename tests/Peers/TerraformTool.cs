namespace Towncrier.Peers;

/// <summary>
/// The terraform on this machine and where it gets its providers from: a filesystem mirror, so that nothing is downloaded,
/// or the public registry where there is none.
/// </summary>
public static class TerraformTool
{
    // Where machines that build offline keep one; TF_PLUGIN_MIRROR goes before them.
    private static readonly string[] _mirrors = ["/opt/tf-plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"];

    /// <summary>Skips the test by name when terraform is missing.</summary>
    public static void Require()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, "terraform")));
        if (!found) Assert.Skip("terraform is not installed (not in Debian; 1.9 or newer: https://developer.hashicorp.com/terraform/install)");
    }

    /// <summary>The folder of a mirror that has the AWS provider; null: the public registry is asked.</summary>
    public static string? Mirror()
    {
        var given = Environment.GetEnvironmentVariable("TF_PLUGIN_MIRROR");
        IEnumerable<string> folders = string.IsNullOrEmpty(given) ? _mirrors : [given];
        return folders.FirstOrDefault(folder => Directory.Exists(Path.Combine(folder, "registry.terraform.io", "hashicorp", "aws")));
    }

    /// <summary>A CLI configuration that takes providers from <see cref="Mirror"/> alone; an empty one without a mirror.</summary>
    public static string CliConfig() => Mirror() is { } mirror
        ? $$"""
            provider_installation {
              filesystem_mirror {
                path = "{{mirror}}"
              }
            }
            """
        : "";
}
