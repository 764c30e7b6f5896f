using System.Text;
using YamlDotNet.Core;

namespace Towncrier.Host.Configuring.Yaml;

/// <summary>Reads one YAML file. Whatever is wrong with it is a problem in the list, never an exception.</summary>
internal static class YamlFile
{
    /// <summary>Largest file, in bytes. 1 MiB is thousands of caches; a bigger one is a mistake such as a log given for a configuration.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The file's top-level mapping, or null with at least one problem added.</summary>
    public static YamlValue? Read(string path, string givenBy, List<ConfigProblem> problems)
    {
        var text = ReadText(path, givenBy, problems);
        return text is null ? null : Parse(text, path, problems);
    }

    /// <summary>The same for text at hand; <paramref name="file"/> is only a name.</summary>
    public static YamlValue? Parse(string text, string file, List<ConfigProblem> problems)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            var root = new YamlTree(file, problems).Read(parser);
            if (root is null) return null;
            if (root.Kind == YamlKind.Map) return root;
            var what = root.Kind == YamlKind.Null ? "the file is empty" : $"the file is {root.KindName}, not a mapping";
            problems.Add(new ConfigProblem($"{file}:{root.Line}", what, "Write 'caches:' and the other settings, each at the start of a line"));
            return null;
        }
        catch (YamlException e)
        {
            problems.Add(new ConfigProblem($"{file}:{e.Start.Line}", "this is not YAML: " + OneLine(e.Message), "Look at the indentation, colons and quotes of this line and the one above"));
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or ArithmeticException or FormatException or IndexOutOfRangeException)
        {
            // The parser's own slips, as on a bracket that is never closed: the last thing it understood is near.
            problems.Add(new ConfigProblem($"{file}:{parser.Current?.End.Line ?? 1}", "this is not YAML", "Look near this line for open brackets, control characters and broken escapes"));
            return null;
        }
    }

    private static string? ReadText(string path, string givenBy, List<ConfigProblem> problems)
    {
        string what, remedy;
        try
        {
            if (Directory.Exists(path)) (what, remedy) = ($"{path} is a directory", "Name the file in it");
            else
            {
                using var file = File.OpenRead(path);
                var bytes = new byte[MaxBytes + 1];
                var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (length <= MaxBytes) return new UTF8Encoding(false, true).GetString(bytes, 0, length).TrimStart('\uFEFF');
                (what, remedy) = ($"{path} is larger than 1 MiB", "Give the agent's own configuration file");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            (what, remedy) = ($"{path} does not exist", "Correct the path, or leave it out and use flags alone");
        }
        catch (UnauthorizedAccessException)
        {
            (what, remedy) = ($"{path} cannot be read by user {Environment.UserName}", "Give that user the right to read it");
        }
        catch (DecoderFallbackException)
        {
            (what, remedy) = ($"{path} is not UTF-8 text", "Save it as UTF-8");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            (what, remedy) = ($"{OneLine(path)} cannot be read: {OneLine(e.Message)}", "Name a regular file");
        }

        problems.Add(new ConfigProblem(givenBy, what, remedy));
        return null;
    }

    private static string OneLine(string text) =>
        new([.. text.Select(c => char.IsControl(c) ? ' ' : c).Take(200)]);
}
