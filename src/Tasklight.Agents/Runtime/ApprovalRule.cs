using System.IO.Enumeration;

namespace Tasklight.Agents.Runtime;

/// <summary>Which calls a person approves, and how.</summary>
internal sealed record ApprovalRule
{
    public const int DefaultExpirySeconds = 86_400;

    /// <summary>For tools that ask for it themselves.</summary>
    public static ApprovalRule Any { get; } = new() { Tool = "*" };

    /// <summary>A tool's name; <c>*</c> and <c>?</c> stand for any characters and for one.</summary>
    public string Tool { get; init => field = value ?? ""; } = "";

    /// <summary>How many people have to approve, at least 1.</summary>
    public int Required { get; init; } = 1;

    /// <summary>Who may: names or key ids; empty = everybody who may approve.</summary>
    public IReadOnlyList<string> Approvers { get; init => field = value ?? []; } = [];

    /// <summary>How long the request stands, in seconds.</summary>
    public int ExpiresInSeconds { get; init; } = DefaultExpirySeconds;

    /// <summary>The approver may change the arguments.</summary>
    public bool AllowEdit { get; init; }

    public bool Covers(string tool) => FileSystemName.MatchesSimpleExpression(Tool, tool, ignoreCase: true);
}
