/** The page's style sheet: light and dark by the reader's setting, light on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf8, #16181d);
  --card: light-dark(#ffffff, #1f2229);
  --ink: light-dark(#20242c, #e8e6e1);
  --faint: light-dark(#5c6270, #a6acb9);
  --line: light-dark(#e4e1db, #32363f);
  --accent: light-dark(#c2410c, #fb923c);
  --link: light-dark(#0a58a6, #7cc0f2);
  --blue: light-dark(#0072b2, #56b4e9);
}
* { box-sizing: border-box }
body {
  margin: 0 auto;
  max-width: 1120px;
  padding: 2.2rem 1.4rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { font-size: 1.7rem; margin: 0 0 0.2rem; letter-spacing: -0.02em }
h2 { font-size: 1.1rem; margin: 0 0 0.9rem; letter-spacing: -0.01em }
h3 { font-size: 0.95rem; margin: 1.2rem 0 0.5rem }
p { margin: 0.4rem 0; max-width: 75ch }
p, li { overflow-wrap: anywhere }
.faint { color: var(--faint) }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.2rem 1.3rem; margin-top: 1rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 0.8rem; margin-top: 1.2rem }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 1rem }
.tile b { display: block; font-size: 1.55rem; font-weight: 600; letter-spacing: -0.02em; line-height: 1.3 }
.tile.first { border-color: var(--accent) }
.tile.first b { color: var(--accent) }
.tile span { font-size: 0.85rem; color: var(--faint); display: block }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 1rem }
.columns.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)) }
.columns > * { min-width: 0 }
.chart { overflow-x: auto }
.chart svg { max-width: 100%; height: auto; display: block }
.table { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-size: 0.85rem; color: var(--faint); padding: 0 0.6rem 0.3rem }
th.number, td.number { text-align: right; white-space: nowrap }
thead button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit }
thead button:hover { text-decoration: underline }
th[aria-sort=ascending] button::after { content: ' ↑'; content: ' ↑' / '' }
th[aria-sort=descending] button::after { content: ' ↓'; content: ' ↓' / '' }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
tbody th { overflow-wrap: anywhere; min-width: 6rem; max-width: 22rem }
nav { margin-top: 1rem }
nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0; list-style: none; font-size: 0.9rem }
a { color: var(--link) }
.warning { border-color: var(--accent) }
.warning ul { margin: 0; padding-left: 1.2rem; max-width: 75ch }
dl { margin: 0 }
dl > div { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: 0.8rem; padding: 0.28rem 0; border-bottom: 1px solid var(--line) }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
th, td { text-align: left; padding: 0.32rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: middle }
thead th { font-weight: 500; color: var(--faint); font-size: 0.85rem }
tbody th { font-weight: 500 }
.number { text-align: right; white-space: nowrap }
.range { display: inline-block; vertical-align: middle; width: 110px; height: 14px; color: var(--blue) }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(108px, 1fr)); gap: 0.9rem }
figure { margin: 0; font-size: 0.8rem; line-height: 1.35; overflow-wrap: anywhere }
figure img, .pair img { width: 96px; height: 96px; object-fit: contain; background: light-dark(#f0eee9, #101216); border-radius: 6px }
img.small { image-rendering: pixelated }
figcaption b { font-weight: 600 }
.pair { display: flex; flex-wrap: wrap; gap: 0.9rem; align-items: center; padding: 0.6rem 0; border-bottom: 1px solid var(--line) }
.pair:last-child { border-bottom: 0 }
.pair > div:first-child { flex: 0 0 210px; overflow-wrap: anywhere }
.pair img { width: 62px; height: 62px }
.strip { display: flex; flex-wrap: wrap; gap: 0.4rem }
pre { margin: 0; font-size: 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere }
code { font-size: 0.85em; overflow-wrap: anywhere }
details summary { cursor: pointer; color: var(--faint) }
@media screen and (prefers-color-scheme: dark) {
  .chart [stroke="#0072b2"] { stroke: #56b4e9 }
  .chart [stroke="#d55e00"] { stroke: #ff9d52 }
  .chart [fill="#0072b2"] { fill: #3a9bd9 }
  .chart [fill="#d55e00"] { fill: #ff9d52 }
}
@media (max-width: 600px) {
  body { padding: 1rem 0.7rem 3rem }
  section { padding: 0.9rem 0.8rem }
  dl > div { grid-template-columns: 1fr; gap: 0 }
  .chart svg { max-width: none }
}
@media print {
  :root { color-scheme: light }
  body { max-width: none; padding: 0; background: none; font-size: 12px }
  section, .tile { border-color: #ccc }
  section, .tile, figure, .pair, tr { break-inside: avoid }
  section.long { break-inside: auto }
  .chart, .table { overflow: visible }
  nav { display: none }
  details::details-content { content-visibility: visible; block-size: auto }
}
`
