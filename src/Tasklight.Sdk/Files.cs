using System.Net.Http.Headers;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Uploads files, so that their links can be attached to tasks.</summary>
public sealed class Files
{
    private const string UnknownType = "application/octet-stream";

    private readonly Transport _transport;

    /// <summary>Makes the client.</summary>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public Files(Configuration? configuration = null, HttpClient? http = null)
        : this(new Transport(configuration ?? new Configuration(), http))
    {
    }

    internal Files(Transport transport) => _transport = transport;

    /// <summary>Uploads a file from disk, streaming it.</summary>
    /// <exception cref="ModuleException">413: the file is larger than the server takes; and its kinds.</exception>
    public async Task<FileRecord> UploadAsync(string path, CancellationToken ct = default)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            return await UploadAsync(file, Path.GetFileName(path), ct: ct).ConfigureAwait(false);
        }
    }

    /// <summary>Uploads what a stream holds, without gathering it in memory, and disposes the stream.</summary>
    /// <param name="content">The stream, from where it stands.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="contentType">The media type; unknown when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">413: the file is larger than the server takes; and its kinds.</exception>
    public async Task<FileRecord> UploadAsync(Stream content, string name, string? contentType = null, CancellationToken ct = default)
    {
        using var form = Form(content, name, contentType);
        return await _transport.SendAsync(Uploading(form, name), ct).ConfigureAwait(false);
    }

    /// <inheritdoc cref="UploadAsync(string, CancellationToken)"/>
    public FileRecord Upload(string path, CancellationToken ct = default)
    {
        using var file = File.OpenRead(path);
        return Upload(file, Path.GetFileName(path), ct: ct);
    }

    /// <inheritdoc cref="UploadAsync(Stream, string, string, CancellationToken)"/>
    public FileRecord Upload(Stream content, string name, string? contentType = null, CancellationToken ct = default)
    {
        using var form = Form(content, name, contentType);
        return _transport.Send(Uploading(form, name), ct);
    }

    private static Call<FileRecord> Uploading(MultipartFormDataContent form, string name) =>
        new(new ApiRequest(HttpMethod.Post, "/v1/files", $"upload the file '{name}'") { Content = form }, ProtocolJson.Default.FileRecord);

    // The form owns the file's content.
    private static MultipartFormDataContent Form(Stream content, string name, string? contentType)
    {
        var file = new StreamContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? UnknownType);
        return new MultipartFormDataContent { { file, "file", name } };
    }
}
