using Microsoft.Extensions.Options;

namespace Tasklight.Sdk;

/// <summary>Says everything that is wrong with the settings at once.</summary>
internal sealed class ConfigurationValidator : IValidateOptions<Configuration>
{
    public ValidateOptionsResult Validate(string? name, Configuration options)
    {
        List<string> problems = [];
        if (string.IsNullOrEmpty(options.ApiKey))
        {
            problems.Add($"No {nameof(Configuration.ApiKey)}: set it, or the environment variable TASKLIGHT_API_KEY.");
        }

        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            problems.Add($"{nameof(Configuration.BaseUrl)} '{options.BaseUrl}' is not an http or https address: set it, or the environment variable TASKLIGHT_BASE_URL.");
        }

        if (options.Timeout <= TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan)
        {
            problems.Add($"{nameof(Configuration.Timeout)} is {options.Timeout}: it must be more than zero.");
        }

        if (options.RetryFor < TimeSpan.Zero)
        {
            problems.Add($"{nameof(Configuration.RetryFor)} is {options.RetryFor}: it must not be less than zero.");
        }

        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
