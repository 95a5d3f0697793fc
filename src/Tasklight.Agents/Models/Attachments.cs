using System.Text;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>
/// Makes of every attachment what the provider can take: images and PDFs as they are, text as text, and of anything else a sentence that says
/// what is there. Nothing is left out silently.
/// </summary>
internal static class Attachments
{
    private static readonly HashSet<string> Images = new(StringComparer.OrdinalIgnoreCase) { "image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp" };

    private static readonly HashSet<string> Sounds = new(StringComparer.OrdinalIgnoreCase) { "audio/wav", "audio/x-wav", "audio/mpeg", "audio/mp3" };

    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/json", "application/xml", "application/yaml", "application/x-yaml", "application/javascript", "application/x-ndjson", "application/sql",
    };

    public static ChatMessage Readable(ChatMessage message, string provider)
    {
        if (!message.Contents.Any(content => content is DataContent or UriContent))
            return message;

        var readable = message.Clone();
        readable.Contents = [.. message.Contents.Select(content => Readable(content, provider))];
        return readable;
    }

    /// <summary>As <see cref="Readable(ChatMessage, string)"/> for one content.</summary>
    public static AIContent Readable(AIContent content, string provider) => content switch
    {
        DataContent data => Readable(data, provider),
        UriContent link when Images.Contains(link.MediaType) || (IsPdf(link.MediaType) && provider == ModelConnection.Anthropic) => link,
        UriContent link => new TextContent($"[File, {link.MediaType}, not loaded: {link.Uri}]"),
        _ => content,
    };

    public static bool IsImage(string mediaType) => Images.Contains(mediaType);

    public static bool IsPdf(string mediaType) => mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase);

    // Links end in one type and lead to another; providers look, and refuse what is not as it is called.
    private static DataContent Named(DataContent data)
    {
        var type = TypeOf(data.Data.Span);
        return type is null || type.Equals(data.MediaType, StringComparison.OrdinalIgnoreCase) ? data : new(data.Data, type) { Name = data.Name };
    }

    private static string? TypeOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, 0x50, 0x4E, 0x47, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x47, 0x49, 0x46, 0x38, ..] => "image/gif",
        [0x52, 0x49, 0x46, 0x46, _, _, _, _, 0x57, 0x45, 0x42, 0x50, ..] => "image/webp",
        _ => null,
    };

    private static AIContent Readable(DataContent data, string provider)
    {
        if (Images.Contains(data.MediaType))
            return Named(data);

        if (IsPdf(data.MediaType) || (Sounds.Contains(data.MediaType) && provider != ModelConnection.Anthropic))
            return data;

        var name = data.Name is { Length: > 0 } given ? $" {given}" : "";
        if (data.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Texts.Contains(data.MediaType))
            return new TextContent($"[File{name}, {data.MediaType}]\n{Encoding.UTF8.GetString(data.Data.Span)}");

        return new TextContent($"[File{name}, {data.MediaType}, {data.Data.Length} bytes: this model cannot read it]");
    }
}
