namespace Tasklight.Sdk.Http;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, bool IsJson, TimeSpan? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public static Answer Of(HttpResponseMessage response, byte[] body) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true,
        response.Headers.RetryAfter?.Delta,
        body);
}
