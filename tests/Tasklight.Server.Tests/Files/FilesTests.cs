using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tasklight.Server.Access;
using Tasklight.Server.Files;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Files;

public sealed class FilesTests : IAsyncLifetime
{
    readonly TestClock _clock = new();
    RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        forTests: builder => builder.Services.AddSingleton<TimeProvider>(_clock), more: ["--limits-file", "64KiB"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_raw_upload_is_read_back_by_its_link_without_a_key()
    {
        var file = await UploadAsync("a,b\n1,2\n", "text/csv", "/v1/files?name=my%20cars.csv");
        using var anybody = _server.NewClient(key: null);

        Assert.Equal(("my cars.csv", "text/csv", 8), (file.Text("name"), file.Text("content_type"), file.GetProperty("size").GetInt32()));
        Assert.StartsWith($"{_server.Address.GetLeftPart(UriPartial.Authority)}/org-test/v1/files/{file.Text("id")}/my%20cars.csv?", file.Text("url"), StringComparison.Ordinal);
        Assert.Equal(_clock.GetUtcNow().AddDays(7), file.GetProperty("expires_at").GetDateTimeOffset());
        using var answer = await anybody.GetAsync(file.Text("url"), TestContext.Current.CancellationToken);
        Assert.Equal("a,b\n1,2\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("my cars.csv", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("cars.csv", "application/octet-stream", "text/csv")]
    [InlineData("plan.PDF", "application/x-www-form-urlencoded", "application/pdf")]
    [InlineData("cars.csv", "text/plain", "text/plain")]
    [InlineData("cars.unheard-of", "application/octet-stream", "application/octet-stream")]
    public async Task A_type_that_is_not_told_is_that_of_the_name(string name, string sent, string type)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent("x", Encoding.UTF8, sent), "file", name);

        Assert.Equal(type, (await _server.Client.JsonAsync("POST", "/v1/files", form, HttpStatusCode.Created)).Text("content_type").Split(';')[0]);
        Assert.Equal(type, (await UploadAsync("x", sent, $"/v1/files?name={name}")).Text("content_type").Split(';')[0]);
    }

    [Fact]
    public async Task A_form_gives_its_first_file_and_ranges_are_served()
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent("ignored"), "note");
        var part = new StringContent("0123456789", Encoding.UTF8, "text/plain");
        form.Add(part, "file", "../digits.txt");
        var file = await _server.Client.JsonAsync("POST", "/v1/files", form, HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{file.Text("id")}");
        request.Headers.Range = new(3, 5);

        using var answer = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("digits.txt", file.Text("name"));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("345", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_upload_repeated_with_its_idempotency_key_gives_the_first_file_and_leaves_one()
    {
        var first = await SendWithKeyAsync("a,b\n", HttpStatusCode.Created);
        var again = await SendWithKeyAsync("a,b\n", HttpStatusCode.Created);
        var other = await SendWithKeyAsync("c,d\n", HttpStatusCode.Conflict);

        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal("idempotency_conflict", other.Text("code"));
        Assert.Equal([first.Text("id")], Stored());
    }

    async Task<JsonElement> SendWithKeyAsync(string text, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files?name=a.csv") { Content = new StringContent(text, Encoding.UTF8, "text/csv") };
        request.Headers.Add("Idempotency-Key", "upload-1");
        using var answer = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_name_may_come_with_the_content_disposition()
    {
        using var content = new StringContent("x");
        content.Headers.ContentDisposition = new("attachment") { FileName = "x.txt" };

        Assert.Equal("x.txt", (await _server.Client.JsonAsync("POST", "/v1/files", content, HttpStatusCode.Created)).Text("name"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_over_the_limit_is_413_and_leaves_nothing(bool isForm)
    {
        using var raw = new ByteArrayContent(new byte[65 * 1024]);
        using var form = new MultipartFormDataContent { { raw, "file", "big.bin" } };

        var (status, body) = await _server.Client.CallAsync("POST", "/v1/files", isForm ? form : raw);

        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, """{"detail":"The file is larger than this server takes: at most 65536 bytes (setting limits-file).","code":"too_large"}"""),
            (status, body));
        Assert.Empty(Stored());
    }

    [Theory]
    [InlineData("multipart/form-data", "x", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\ncut", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=note\r\n\r\nx\r\n--b--\r\n", 422)]
    public async Task A_broken_form_is_refused_and_leaves_nothing(string type, string body, int status)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        Assert.Equal(status, (int)(await _server.Client.CallAsync("POST", "/v1/files", content)).Status);
        Assert.Empty(Stored());
    }

    [Fact]
    public async Task A_link_is_good_for_its_file_and_its_time_only()
    {
        var file = await UploadAsync("one", "text/plain", "/v1/files?expires_in=60");
        var other = await UploadAsync("two", "text/plain", "/v1/files");
        using var anybody = _server.NewClient(key: null);
        var link = new Uri(file.Text("url")).PathAndQuery;

        Assert.Equal(HttpStatusCode.OK, (await anybody.CallAsync("GET", link)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await anybody.CallAsync("GET", link.Replace(file.Text("id"), other.Text("id"), StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await anybody.CallAsync("GET", link.Replace("/org-test/", "/org-else/", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await anybody.CallAsync("GET", link.Replace("expires=1", "expires=2", StringComparison.Ordinal))).Status);
        Assert.Equal(
            (HttpStatusCode.Forbidden, """{"detail":"This link was not made by this server, or was changed.","code":"forbidden"}"""),
            await anybody.CallAsync("GET", link + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await anybody.CallAsync("GET", $"/v1/files/{file.Text("id")}")).Status);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Forbidden, (await anybody.CallAsync("GET", link)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.CallAsync("GET", $"/v1/files/{file.Text("id")}")).Status);
    }

    [Fact]
    public async Task Files_past_their_time_and_deleted_ones_leave_the_disk()
    {
        var old = await UploadAsync("old", "text/plain", "/v1/files?expires_in=60");
        var deleted = await UploadAsync("deleted", "text/plain", "/v1/files");
        var kept = await UploadAsync("kept", "text/plain", "/v1/files");

        Assert.Equal(HttpStatusCode.NoContent, (await _server.Client.CallAsync("DELETE", $"/v1/files/{deleted.Text("id")}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.CallAsync("DELETE", $"/v1/files/{deleted.Text("id")}")).Status);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await _server.App.Services.GetRequiredService<FileStore>().RemoveExpiredAsync(100, TestContext.Current.CancellationToken);

        // The server looks by itself, too, and may be at it.
        await Eventually.HoldsAsync(() => !Stored().Contains(old.Text("id")), "what is past its time has left the disk");
        Assert.Equal([kept.Text("id")], Stored());
        Assert.NotEqual(old.Text("id"), kept.Text("id"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public async Task A_lifetime_that_is_none_is_422(string expiresIn) =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _server.Client.CallAsync("POST", $"/v1/files?expires_in={expiresIn}", new StringContent("x"))).Status);

    [Fact]
    public void A_public_address_begins_every_link()
    {
        var links = new FileLinks(_server.App.Services.GetRequiredService<MasterKey>(), new() { PublicUrl = "https://tasks.example.com" });
        var file = new Server.Storage.StoredFile("o", "f", "a b.csv", "text/csv", 1, _clock.GetUtcNow(), null);

        Assert.StartsWith("https://tasks.example.com/o/v1/files/f/a%20b.csv?expires=", links.LinkTo(file, _clock.GetUtcNow(), new DefaultHttpContext().Request), StringComparison.Ordinal);
    }

    async Task<JsonElement> UploadAsync(string text, string type, string path)
    {
        using var content = new StringContent(text);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await _server.Client.JsonAsync("POST", path, content, HttpStatusCode.Created);
    }

    string[] Stored()
    {
        var folder = Path.Combine(_server.Data, "files");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(static path => Path.GetFileName(path))] : [];
    }
}
