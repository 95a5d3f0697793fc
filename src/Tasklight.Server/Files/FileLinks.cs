using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Files;

/// <summary>Links to files that need no key: whoever has one may read the file until the link expires.</summary>
sealed class FileLinks(MasterKey master, TasklightOptions options)
{
    readonly byte[] _key = master.For("file links");

    /// <summary>The link. It ends with the file's name, because clients tell kinds of files by the extension in the path.</summary>
    public string LinkTo(StoredFile file, DateTimeOffset expiresAt, HttpRequest asker)
    {
        var root = options.PublicUrl ?? $"{asker.Scheme}://{asker.Host}";
        var expires = expiresAt.ToUnixTimeSeconds();
        return $"{root}/{file.Organization}/v1/files/{file.Id}/{Uri.EscapeDataString(file.Name)}?expires={expires}&signature={Sign(file.Organization, file.Id, expires)}";
    }

    /// <summary>Whether the signature is ours and belongs to this file and time. Says nothing about the time being past.</summary>
    public bool IsGenuine(string organization, string id, long expires, string signature) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(organization, id, expires)), Encoding.UTF8.GetBytes(signature));

    string Sign(string organization, string id, long expires) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{organization}\n{id}\n{expires}")));
}
