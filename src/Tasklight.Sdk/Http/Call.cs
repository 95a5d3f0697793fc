using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Sdk.Http;

/// <summary>A request and what is to be made of its answer: all of a call but the sending, which is done in two ways.</summary>
internal sealed record Call<T>(ApiRequest Request, Func<Answer, T> Read)
{
    public Call(ApiRequest request, JsonTypeInfo<T> type)
        : this(request, answer => Answers.Read(request, answer, type))
    {
    }

    /// <summary>The same call with its outcome made into something else.</summary>
    public Call<TNext> Then<TNext>(Func<T, TNext> next) => new(Request, answer => next(Read(answer)));
}
