using CsvAnalyst.Statistics;

namespace Tasklight.Samples.Tests;

public sealed class StatisticsTests
{
    [Fact]
    public void Moments_equal_the_naive_computation_even_far_from_zero()
    {
        var values = Numbers(5_000, random => 1e9 + (random.NextDouble() * 10));
        var moments = new Moments();
        foreach (var value in values)
        {
            moments.Add(value);
        }

        var mean = values.Average();
        Assert.Equal(values.Length, moments.Count);
        Assert.Equal(values.Min(), moments.Min);
        Assert.Equal(values.Max(), moments.Max);
        Assert.Equal(mean, moments.Mean, 1e-5);
        Assert.Equal(Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)), moments.StandardDeviation, 1e-6);
    }

    [Fact]
    public void One_value_has_no_deviation()
    {
        var moments = new Moments();
        moments.Add(7);

        Assert.Equal((7.0, 7.0, 7.0, 0.0), (moments.Min, moments.Max, moments.Mean, moments.StandardDeviation));
    }

    [Fact]
    public void Quantiles_of_few_values_are_exact()
    {
        var sketch = new QuantileSketch();
        foreach (var value in (double[])[4, 1, 3, 2])
        {
            sketch.Add(value);
        }

        Assert.False(sketch.IsApproximate);
        Assert.Equal([1, 1.75, 2.5, 3.25, 4], ((double[])[0, 0.25, 0.5, 0.75, 1]).Select(sketch.Quantile));
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("skewed")]
    [InlineData("sorted")]
    [InlineData("few different values")]
    public void Quantiles_of_many_values_are_within_one_percent_of_their_rank(string kind)
    {
        var values = kind switch
        {
            "uniform" => Numbers(200_000, random => random.NextDouble()),
            "skewed" => Numbers(200_000, random => Math.Exp(random.NextDouble() * 20)),
            "sorted" => [.. Enumerable.Range(0, 200_000).Select(value => (double)value)],
            _ => Numbers(200_000, random => random.Next(12)),
        };
        var sketch = new QuantileSketch();
        foreach (var value in values)
        {
            sketch.Add(value);
        }

        Array.Sort(values);
        Assert.True(sketch.IsApproximate);
        foreach (var share in (double[])[0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999])
        {
            var low = values[(int)(Math.Max(0, share - 0.01) * (values.Length - 1))];
            var high = values[(int)(Math.Min(1, share + 0.01) * (values.Length - 1))];
            Assert.InRange(sketch.Quantile(share), low, high);
        }

        Assert.Equal(values[0], sketch.Quantile(0));
        Assert.Equal(values[^1], sketch.Quantile(1));
    }

    [Fact]
    public void Distinct_values_are_counted_exactly_up_to_the_limit()
    {
        var counter = new DistinctCounter();
        for (var value = 0; value < 3 * DistinctCounter.ExactLimit; value++)
        {
            counter.Add($"value {value % DistinctCounter.ExactLimit}");
        }

        Assert.False(counter.IsApproximate);
        Assert.Equal(DistinctCounter.ExactLimit, counter.Count);
    }

    [Theory]
    [InlineData(10_001)]
    [InlineData(60_000)]
    [InlineData(400_000)]
    public void Beyond_the_limit_distinct_values_are_estimated_within_three_percent(int distinct)
    {
        var counter = new DistinctCounter();
        for (var value = 0; value < distinct; value++)
        {
            counter.Add($"value {value}");
            counter.Add($"value {value / 2}");
        }

        Assert.True(counter.IsApproximate);
        Assert.InRange(counter.Count, distinct * 0.97, distinct * 1.03);
    }

    [Fact]
    public void Few_values_are_counted_exactly_and_listed_by_frequency()
    {
        var frequent = new FrequentValues();
        foreach (var value in (string[])["b", "a", "c", "a", "b", "a"])
        {
            frequent.Add(value);
        }

        Assert.Equal(0, frequent.MaxError);
        Assert.Equal([new("a", 3), new("b", 2)], frequent.Top(2));
    }

    [Fact]
    public void Among_very_many_values_the_frequent_ones_are_found_and_their_counts_are_within_the_stated_error()
    {
        var random = new Random(11);
        var frequent = new FrequentValues();
        var truth = new Dictionary<string, long>();
        for (var index = 0; index < 300_000; index++)
        {
            var value = random.Next(100) < 20 ? $"often {random.Next(5)}" : $"once {index}";
            truth[value] = truth.GetValueOrDefault(value) + 1;
            frequent.Add(value);
        }

        Assert.True(frequent.MaxError > 0);
        foreach (var (value, count) in frequent.Top(5))
        {
            Assert.StartsWith("often", value, StringComparison.Ordinal);
            Assert.InRange(truth[value], count, count + frequent.MaxError);
        }
    }

    private static double[] Numbers(int count, Func<Random, double> next)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }
}
