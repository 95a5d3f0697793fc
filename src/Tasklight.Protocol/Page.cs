using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One page of a list on REST (contract: rest-v1 §1).</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed record Page<T>
{
    /// <summary>Up to this number <see cref="Total"/> is exact.</summary>
    public const int ExactTotal = 10_000;

    /// <summary>The items; never null.</summary>
    public IReadOnlyList<T> Items { get; init => field = value ?? []; } = [];

    /// <summary>How many there are in all, at most <see cref="ExactTotal"/>.</summary>
    public int Total { get; init; }

    /// <summary>The page's number from 1; on the wire <c>page</c>.</summary>
    [JsonPropertyName("page")]
    public int Number { get; init; }

    /// <summary>Items a page, 1 to 50.</summary>
    public int PerPage { get; init; }

    /// <summary>Pages in all.</summary>
    public int TotalPages { get; init; }

    /// <summary>True when there are more than <see cref="Total"/>; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TotalIsCapped { get; init; }

    /// <summary>Where to go on after this page; left out on the last one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextCursor { get; init; }
}
