namespace CsvAnalyst.Profiling;

/// <summary>Why a file could not be read to its end.</summary>
/// <param name="Line">The line where it was found, counted from 1; null when the file could not be fetched at all.</param>
/// <param name="Message">What is wrong, in words.</param>
internal sealed record CsvProblem(long? Line, string Message);
