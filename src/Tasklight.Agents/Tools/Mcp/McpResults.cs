using System.Globalization;
using ModelContextProtocol.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>What an MCP tool answered, as a model reads it: its text, or its structured content. Pictures and sounds are named, not shown.</summary>
internal static class McpResults
{
    public static ToolOutcome Of(CallToolResult result)
    {
        var isError = result.IsError == true;
        if (!isError && result.StructuredContent is { } structured)
        {
            return new ToolOutcome(structured);
        }

        var text = string.Join("\n\n", result.Content.Select(Text));
        return text.Length == 0
            ? isError ? ToolOutcome.Error("The tool failed and did not say why.") : ToolOutcome.Text("Done.")
            : ToolOutcome.Text(text) with { IsError = isError };
    }

    private static string Text(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        ImageContentBlock image => Named("image", image.MimeType, image.DecodedData.Length),
        AudioContentBlock audio => Named("audio", audio.MimeType, audio.DecodedData.Length),
        ResourceLinkBlock link => $"[resource {link.Uri} ({link.Title ?? link.Name})]",
        EmbeddedResourceBlock { Resource: TextResourceContents text } => $"[resource {text.Uri}]\n{text.Text}",
        EmbeddedResourceBlock { Resource: BlobResourceContents blob } => Named($"resource {blob.Uri}", blob.MimeType, blob.DecodedData.Length),
        _ => $"[content of type {block.Type}, not shown]",
    };

    private static string Named(string what, string? type, int bytes) => string.Create(CultureInfo.InvariantCulture, $"[{what}, {type ?? "unknown type"}, {bytes} bytes, not shown]");
}
