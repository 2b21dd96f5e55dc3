// From numbers between 0 and 1 to SVG paths. A null is a gap: the line breaks, nothing is drawn across it.

const round = (n: number): string => String(Math.round(n * 10) / 10);

export type SparkPaths = { line: string; area: string };

export function sparkPaths(points: readonly (number | null)[], width: number, height: number): SparkPaths {
  const step = points.length > 1 ? width / (points.length - 1) : 0;
  let line = '';
  let area = '';
  let start = -1;
  for (let i = 0; i <= points.length; i++) {
    const value = points[i];
    if (typeof value === 'number') {
      const y = round(height - Math.max(0, Math.min(1, value)) * height);
      line += `${start < 0 ? 'M' : 'L'}${round(i * step)} ${y}`;
      area +=
        start < 0 ? `M${round(i * step)} ${height}L${round(i * step)} ${y}` : `L${round(i * step)} ${y}`;
      if (start < 0) start = i;
    } else if (start >= 0) {
      area += `L${round((i - 1) * step)} ${height}Z`;
      start = -1;
    }
  }
  return { line, area };
}
