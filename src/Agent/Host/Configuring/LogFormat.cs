namespace Towncrier.Host.Configuring;

/// <summary>How log lines look. Auto: text on a terminal, JSON elsewhere.</summary>
internal enum LogFormat
{
    Auto,
    Text,
    Json,
}
