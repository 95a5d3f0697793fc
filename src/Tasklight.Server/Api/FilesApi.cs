using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Files;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Uploads and downloads (contract: extensions §4).</summary>
static class FilesApi
{
    const string AnyType = "application/octet-stream";
    const int LongestBoundary = 128;
    const long LongestLifetime = 3650L * 24 * 3600;

    static readonly FileExtensionContentTypeProvider Types = new();

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/files").WithTags("Files");
        group.MapPost("", UploadAsync).RequireScope(Scope.TasksWrite)
            .Describe("uploadFile", "Store a file, sent raw or as a form; the answer's url can stand in input.files").TakesFile().Gives<FileRecord>(201).Fails(413, 422)
            .TakesQuery<string>("name", "The file's name; else the one in Content-Disposition or in the form.")
            .TakesQuery<long>("expires_in", "Seconds to keep the file and its link; default 7 days.");
        group.MapMethods("/{id}", ["GET", "HEAD"], DownloadAsync).RequireScope(Scope.TasksRead | Scope.Worker).WithMetadata(new AllowSignedLink())
            .Describe("downloadFile", "A file, by key or by its signed link; ranges are served").GivesFile().Fails(403, 404);
        group.MapMethods("/{id}/{name}", ["GET", "HEAD"], DownloadAsync).RequireScope(Scope.TasksRead | Scope.Worker).WithMetadata(new AllowSignedLink()).ExcludeFromDescription();
        group.MapDelete("/{id}", DeleteAsync).RequireScope(Scope.TasksWrite).WithIdempotency().Describe("deleteFile", "Forget a file").GivesNothing().Fails(404);
    }

    static async Task<IResult> UploadAsync(HttpContext context, FileStore files, FileLinks links, UploadReplays replays, Hosting.FileOptions options)
    {
        var lifetime = Lifetime(context) ?? options.Lifetime;
        var key = Idempotency.Of(context, body: null);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null; // The store counts the file's own bytes.
        var file = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? await FromFormAsync(context, files, type, lifetime)
            : await FromBodyAsync(context, files, lifetime);
        var record = Record(context, links, file);
        return key is null
            ? Answers.Json(record, ProtocolJson.Default.FileRecord, StatusCodes.Status201Created)
            : await replays.SettleAsync(context, key, file, record);
    }

    static async ValueTask<StoredFile> FromBodyAsync(HttpContext context, FileStore files, TimeSpan lifetime)
    {
        var disposition = ContentDispositionHeaderValue.TryParse(context.Header("Content-Disposition"), out var parsed) ? parsed : null;
        var name = FileName.Clean(context.Query("name") ?? NameIn(disposition));
        return await files.ReceiveAsync(context.Caller().Organization, name, TypeOf(context.Request.ContentType, name), context.Request.Body, lifetime, context.RequestAborted);
    }

    static async ValueTask<StoredFile> FromFormAsync(HttpContext context, FileStore files, MediaTypeHeaderValue type, TimeSpan lifetime)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, ErrorCodes.MalformedJson, "The form's Content-Type names no usable boundary.");

        var reader = new MultipartReader(boundary, context.Request.Body) { BodyLengthLimit = null };
        try
        {
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || NameIn(disposition) is not { } name)
                    continue;
                name = FileName.Clean(context.Query("name") ?? name);
                return await files.ReceiveAsync(context.Caller().Organization, name, TypeOf(section.ContentType, name), section.Body, lifetime, context.RequestAborted);
            }
        }
        catch (Exception problem) when (problem is InvalidDataException || (problem is IOException and not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested))
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, ErrorCodes.MalformedJson, $"The multipart form cannot be read: {problem.Message}");
        }

        throw new RequestRefusedException(
            StatusCodes.Status422UnprocessableEntity, FieldError.InBody(FieldErrorTypes.Missing, "The form has no part with a filename.", "file"));
    }

    static async Task<IResult> DownloadAsync(HttpContext context, FileStore files, FileLinks links, TimeProvider time)
    {
        var id = context.Part("id");
        var (organization, refusal) = ReaderOf(context, links, id, time.GetUtcNow());
        if (organization is null)
            return refusal!;
        if (await files.FindAsync(organization, id, context.RequestAborted) is not { } file || file.ExpiresAt <= time.GetUtcNow() || !File.Exists(files.PathOf(file)))
            return Answers.NotFound("file", id);

        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.File(files.PathOf(file), file.ContentType, file.Name, file.CreatedAt, EntityTagHeaderValue.Parse($"\"{file.Id}\""), enableRangeProcessing: true);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, FileStore files)
    {
        var id = context.Part("id");
        return await files.RemoveAsync(context.Caller().Organization, id) ? Answers.Nothing : Answers.NotFound("file", id);
    }

    /// <summary>Whose file may be read: the key's organization's, or the one a genuine link names.</summary>
    static (string? Organization, IResult? Refusal) ReaderOf(HttpContext context, FileLinks links, string id, DateTimeOffset now)
    {
        if (context.Query("signature") is not { } signature)
            return (context.Caller().Organization, null);
        if (context.Features.Get<PathOrganization>() is not { } path || !long.TryParse(context.Query("expires"), out var expires) || !links.IsGenuine(path.Id, id, expires, signature))
            return (null, Answers.Error(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "This link was not made by this server, or was changed."));
        return expires > now.ToUnixTimeSeconds()
            ? (path.Id, null)
            : (null, Answers.Error(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "This link has expired; a key opens the file as long as it is kept."));
    }

    static TimeSpan? Lifetime(HttpContext context) => context.Query("expires_in") is not { } text
        ? null
        : long.TryParse(text, out var seconds) && seconds is >= 1 and <= LongestLifetime
            ? TimeSpan.FromSeconds(seconds)
            : throw RequestExtensions.Refuse("expires_in", $"'{Answers.Shorten(text)}' is not a number of seconds from 1 to {LongestLifetime}.");

    static FileRecord Record(HttpContext context, FileLinks links, StoredFile file) => new()
    {
        Id = file.Id,
        Name = file.Name,
        Size = file.Size,
        ContentType = file.ContentType,
        Url = links.LinkTo(file, file.ExpiresAt!.Value, context.Request),
        ExpiresAt = file.ExpiresAt,
    };

    static string? NameIn(ContentDispositionHeaderValue? disposition)
    {
        var name = disposition is null ? default : disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return name.HasValue ? name.ToString() : null;
    }

    // Of what it does not know curl says one of these; the name says more.
    static string TypeOf(string? sent, string name) =>
        MediaTypeHeaderValue.TryParse(sent, out var type) && sent is { Length: <= 200 } && type.MediaType.Value is not (AnyType or "application/x-www-form-urlencoded") ? type.ToString()
        : Types.TryGetContentType(name, out var known) ? known
        : AnyType;
}
