using System.Numerics;

namespace CsvAnalyst.Statistics;

/// <summary>Estimates how many distinct hashes it has seen, in 16 KiB; the standard error is 0.81 %.</summary>
internal sealed class HyperLogLog
{
    private const int IndexBits = 14;
    private const int Registers = 1 << IndexBits;

    private readonly byte[] _registers = new byte[Registers];

    public void Add(ulong hash)
    {
        var index = hash >> (64 - IndexBits);
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << IndexBits) | (1UL << (IndexBits - 1))) + 1);
        if (rank > _registers[index])
        {
            _registers[index] = rank;
        }
    }

    public long Estimate()
    {
        var sum = 0.0;
        var empty = 0;
        foreach (var rank in _registers)
        {
            sum += Math.ScaleB(1, -rank);
            empty += rank == 0 ? 1 : 0;
        }

        var estimate = 0.7213 / (1 + (1.079 / Registers)) * Registers * Registers / sum;
        var fewEnoughToCountEmptyOnes = estimate <= 2.5 * Registers && empty > 0;
        return (long)Math.Round(fewEnoughToCountEmptyOnes ? Registers * Math.Log((double)Registers / empty) : estimate);
    }
}
