using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace CsvAnalyst.Profiling;

/// <summary>Profiles a CSV file in one pass. Memory depends on the number of columns, never on the size of the file.</summary>
internal sealed class CsvProfiler(string file)
{
    private const int MostColumns = 1_000;
    private const int RowsBetweenReports = 4_096;

    private static readonly CsvReaderOptions Options = new()
    {
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        TrackLineNumbers = true,
        // A quote that is never closed must not gather the rest of the file in memory.
        MaxRecordSize = 1 << 20,
    };

    private ColumnProfiler[] _columns = [];
    private char[] _text = new char[256];
    private long _rows;

    /// <summary>Reads to the end, or to the first thing that is wrong with the file, which is in the answer then.</summary>
    /// <param name="content">The file, UTF-8 unless a byte order mark says otherwise.</param>
    /// <param name="onProgress">Called with the rows read so far, now and then.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<FileProfile> ProfileAsync(Stream content, Func<long, ValueTask> onProgress, CancellationToken ct)
    {
        await using var reader = CsvReader.Create(content, Options, leaveOpen: true);
        try
        {
            await reader.ReadHeaderAsync(ct);
            if (TakeHeader(reader.Headers) is { } headerProblem)
            {
                return Profile(headerProblem);
            }

            while (await reader.ReadAsync(ct))
            {
                if (!Utf8.IsValid(reader.RawRecord))
                {
                    return Profile(new CsvProblem(reader.LineNumber, "the text is not UTF-8"));
                }

                TakeRow(reader);
                if (_rows % RowsBetweenReports == 0)
                {
                    await onProgress(_rows);
                }
            }

            return Profile(problem: null);
        }
        catch (CsvFormatException exception)
        {
            return Profile(new CsvProblem(Math.Max(1, exception.LineNumber), exception.Message));
        }
    }

    private CsvProblem? TakeHeader(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return new CsvProblem(1, "the file is empty; a header line was expected");
        }

        if (names.Count > MostColumns)
        {
            return new CsvProblem(1, $"the header has {names.Count} fields; at most {MostColumns} are profiled");
        }

        if (names.Any(name => name.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0))
        {
            return new CsvProblem(1, "the header is not UTF-8 text; is this a CSV file?");
        }

        _columns = [.. names.Select((name, index) => new ColumnProfiler(string.IsNullOrWhiteSpace(name) ? $"column {index + 1}" : name.Trim()))];
        return null;
    }

    private void TakeRow(CsvReader reader)
    {
        for (var index = 0; index < _columns.Length; index++)
        {
            var field = reader.GetSpan(index);
            if (field.Length > _text.Length)
            {
                _text = new char[field.Length];
            }

            _columns[index].Add(_text.AsSpan(0, Encoding.UTF8.GetChars(field, _text)));
        }

        _rows++;
    }

    private FileProfile Profile(CsvProblem? problem) => new()
    {
        File = file,
        Rows = _rows,
        Columns = [.. _columns.Select(column => column.Profile())],
        Problem = problem,
    };
}
