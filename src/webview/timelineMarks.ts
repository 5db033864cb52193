/**
 * What is drawn on the chart beside its curves: the collections in a strip above them, and the peak.
 */

import type uPlot from 'uplot';
import { collectionReach } from '../core/collectionKinds.ts';
import { formatBytes } from '../core/formatFigures.ts';
import type { CollectionMark, OverviewFigures } from '../protocol/webviewMessages.ts';
import type { ChartTheme } from './chartTheme.ts';

/** Height of the strip above the plot, in CSS pixels. */
export const markStripHeight = 14;

/** Kinds are told by form, not by colour alone: full collections are a triangle, those of the youngest objects a tick, others a tall one. */
export function drawCollectionMarks(plot: uPlot, marks: readonly CollectionMark[], theme: ChartTheme): void {
  const { ctx } = plot;
  const unit = devicePixelRatio;
  const bottom = plot.bbox.top - 2 * unit;
  ctx.save();
  ctx.fillStyle = theme.collections;
  for (const { atMs, kind } of marks) {
    if (!isShown(plot, atMs)) continue;
    const x = Math.round(plot.valToPos(atMs, 'x', true));
    const reach = collectionReach(kind);
    if (reach === 'full') {
      ctx.beginPath();
      ctx.moveTo(x - 4 * unit, bottom - 8 * unit);
      ctx.lineTo(x + 4 * unit, bottom - 8 * unit);
      ctx.lineTo(x, bottom);
      ctx.fill();
    } else {
      const height = (reach === 'young' ? 5 : 10) * unit;
      ctx.fillRect(x - unit / 2, bottom - height, unit, height);
    }
  }
  ctx.restore();
}

/** A line down from the peak, a ring at its height, and its figure beside it, on the side that has room. */
export function drawPeak(plot: uPlot, figures: Pick<OverviewFigures, 'peakAtMs' | 'peakBytes'>, theme: ChartTheme): void {
  if (!isShown(plot, figures.peakAtMs)) return;
  const { ctx, bbox } = plot;
  const unit = devicePixelRatio;
  const x = plot.valToPos(figures.peakAtMs, 'x', true);
  const y = Math.max(bbox.top, plot.valToPos(figures.peakBytes, 'y', true));
  ctx.save();
  ctx.strokeStyle = theme.peak;
  ctx.lineWidth = unit;
  ctx.setLineDash([2 * unit, 2 * unit]);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.lineWidth = 2 * unit;
  ctx.fillStyle = theme.background;
  ctx.beginPath();
  ctx.arc(x, y, 3.5 * unit, 0, 2 * Math.PI);
  ctx.fill();
  ctx.stroke();

  const text = `peak ${formatBytes(figures.peakBytes)}`;
  ctx.font = theme.font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * unit}px`);
  const textWidth = ctx.measureText(text).width;
  const gap = 8 * unit;
  const fitsRight = x + gap + textWidth <= bbox.left + bbox.width;
  const textLeft = fitsRight ? x + gap : Math.max(bbox.left, x - gap - textWidth);
  // Beside the ring and above it: where the memory stays at its peak, the curve goes on at the ring's height.
  const textMiddle = Math.min(Math.max(y - 8 * unit, 7 * unit), bbox.top + bbox.height - 7 * unit);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  // A halo in the background's colour keeps the figure readable where a curve passes behind it.
  ctx.lineWidth = 4 * unit;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme.background;
  ctx.strokeText(text, textLeft, textMiddle);
  ctx.fillStyle = theme.foreground;
  ctx.fillText(text, textLeft, textMiddle);
  ctx.restore();
}

/** A collection or a peak may be known a moment before the timeline has come so far. */
function isShown(plot: uPlot, atMs: number): boolean {
  return atMs <= (plot.scales.x?.max ?? 0);
}
