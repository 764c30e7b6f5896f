using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Towncrier.Linux.Tests;

/// <summary>A C program that prints the values of expressions, one a line; compiled by gcc and run.</summary>
internal static class CProgram
{
    private static readonly string[] Headers =
    [
        "dirent.h", "errno.h", "fcntl.h", "poll.h", "stddef.h", "stdio.h", "sys/eventfd.h", "sys/file.h", "sys/inotify.h", "sys/ioctl.h", "sys/stat.h",
        "sys/statvfs.h",
    ];

    public static bool HasCompiler
    {
        get
        {
            try
            {
                return Run("gcc", "--version").Length > 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }

    public static long[] Evaluate(IReadOnlyList<string> expressions)
    {
        using var folder = new TempFolder();
        var lines = expressions.Select(e => $"    printf(\"%lld\\n\", (long long)({e}));");
        var includes = Headers.Select(h => $"#include <{h}>");
        folder.Write("values.c", $"#define _GNU_SOURCE\n{string.Join('\n', includes)}\nint main(void)\n{{\n{string.Join('\n', lines)}\n    return 0;\n}}\n");
        _ = Run("gcc", "-o", folder.At("values"), folder.At("values.c"));
        return [.. Run(folder.At("values")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, CultureInfo.InvariantCulture))];
    }

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
