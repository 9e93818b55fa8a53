namespace Nos.Scheduling.Sharing;

/// <summary>The normal distribution's upper tail.</summary>
internal static class NormalTail
{
    /// <summary>How likely a normal variable is to exceed its mean by that many standard deviations. Source: Abramowitz and Stegun, 26.2.17.</summary>
    internal static double Above(double deviations)
    {
        var distance = Math.Abs(deviations);
        var t = 1 / (1 + (0.2316419 * distance));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        var tail = Math.Exp(-distance * distance / 2) / Math.Sqrt(2 * Math.PI) * series;
        return deviations >= 0 ? tail : 1 - tail;
    }
}
