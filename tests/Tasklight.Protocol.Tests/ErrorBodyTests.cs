namespace Tasklight.Protocol.Tests;

public sealed class ErrorBodyTests
{
    [Theory]
    [InlineData("""{"detail":"Task not found"}""")]
    [InlineData("""{"detail":"The lease is lost.","code":"lease_lost"}""")]
    [InlineData("""{"detail":[{"loc":["body","files",0],"msg":"Field required","type":"missing"}],"code":"validation_failed"}""")]
    public void A_refusal_survives_reading_and_writing(string json) =>
        Assert.Equal(json, Wire.Write(Wire.Read(json, ProtocolJson.Default.ErrorBody), ProtocolJson.Default.ErrorBody));

    [Theory]
    [InlineData("""{"detail": {"a": 1}}""", """{"a": 1}""")]
    [InlineData("""{"detail": ["a"]}""", """["a"]""")]
    public void The_detail_of_another_server_is_kept_as_text(string json, string detail) =>
        Assert.Equal(detail, Wire.Read(json, ProtocolJson.Default.ErrorBody).Detail);

    [Fact]
    public void The_text_names_every_field() =>
        Assert.Equal(
            "body.a[0]: One. query.page: Two.",
            ErrorBody.Of([FieldError.InBody(FieldErrorTypes.Missing, "One.", "a", 0), FieldError.InQuery(FieldErrorTypes.NotAllowed, "Two.", "page")]).ToString());

    [Fact]
    public void A_page_says_only_when_it_is_capped()
    {
        Assert.Equal(
            """{"items":[],"total":0,"page":1,"per_page":20,"total_pages":0}""",
            Wire.Write(new Page<TasksListItem> { Number = 1, PerPage = 20 }, ProtocolJson.Default.PageTasksListItem));
        Assert.EndsWith(
            "\"total_is_capped\":true,\"next_cursor\":\"c\"}",
            Wire.Write(new Page<TasksListItem> { TotalIsCapped = true, NextCursor = "c" }, ProtocolJson.Default.PageTasksListItem),
            StringComparison.Ordinal);
    }
}
