/** The look of the page: the colours and sizes of liqscope's own, on screen and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--raised:#f6f7f9;--line:#e0e4ea;--line2:#c0c8d2;--text:#12161c;--text2:#454f5c;--text3:#626c79;--accent:#1a5bd0;--accent-bg:#e6eefb;--warn:#8a5a00;--short:#ef5350;--short-text:#c22f2c;--long:#26a69a;--long-text:#0a756b}
@media (prefers-color-scheme:dark){:root{--bg:#0d1014;--raised:#12161c;--line:#222934;--line2:#37414f;--text:#e6e9ee;--text2:#aab3bf;--text3:#848e9b;--accent:#5b9bff;--accent-bg:#16263f;--warn:#e3a73f;--short-text:#f0706d;--long-text:#35b5a8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:13px/20px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans",Ubuntu,Cantarell,"Liberation Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums lining-nums}
main{max-width:960px;margin:0 auto;padding:24px 24px 64px}
header{border-bottom:1px solid var(--line);padding-bottom:16px}
.brand{color:var(--text3);font-size:12px}
h1{margin:4px 0 2px;font-size:20px;line-height:26px;font-weight:500}
h2{margin:40px 0 4px;font-size:15px;line-height:20px;font-weight:500}
h3{margin:20px 0 4px;font-size:13px;font-weight:500;color:var(--text2)}
p{max-width:70ch;margin:4px 0 8px;color:var(--text2)}
p.answer{margin:16px 0 4px;color:var(--text);font-size:20px;line-height:28px;max-width:none}
ul{max-width:70ch;margin:4px 0;padding-left:18px;color:var(--text2)}
li{margin:4px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:12px 0 0;font-size:12px}
dt{color:var(--text3)}
dd{margin:0;overflow-wrap:anywhere}
code{font:12px/16px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.scroll{overflow-x:auto;max-width:100%}
table{width:100%;border-collapse:collapse;font-size:12px;line-height:16px}
p.caption{margin:16px 0 4px;color:var(--text3);font-size:11px;line-height:14px;max-width:none}
th,td{padding:5px 0 5px 16px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;vertical-align:top;font-weight:400}
th:first-child,td:first-child{padding-left:0;text-align:left;white-space:normal;min-width:104px}
thead th{color:var(--text3);font-size:11px}
td small{display:block;color:var(--text3);font-size:11px;line-height:14px}
tr.own th,tr.own td{background:var(--accent-bg);color:var(--text);font-weight:500}
tr.own td small{font-weight:400}
td.lost{color:var(--warn)}
.side-short{color:var(--short-text)}
.side-long{color:var(--long-text)}
figure{margin:12px 0 0}
figcaption{color:var(--text3);font-size:11px;line-height:14px}
svg text.end.quiet{text-anchor:end;fill:var(--text3)}
.pair{display:grid;grid-template-columns:minmax(0,480px) minmax(0,1fr);gap:0 32px;align-items:start}
svg{display:block;width:100%;height:auto;max-width:960px}
svg text{fill:var(--text2);font-size:12px}
svg text.axis{fill:var(--text3);font-size:11px}
svg text.end{text-anchor:end}
svg text.mid{text-anchor:middle}
svg text.quiet{fill:var(--text3)}
svg text.figure{fill:var(--text)}
svg text.axis.mid{text-anchor:middle}
svg text.axis.end{text-anchor:end}
.grid{stroke:var(--line)}
.zero{stroke:var(--line2)}
.ideal{stroke:var(--text3);stroke-dasharray:2 3}
.reach{stroke:var(--text2);stroke-width:1.5}
.ahead{fill:var(--text)}
.not-ahead{fill:var(--bg);stroke:var(--text);stroke-width:1.5}
.map{fill:none;stroke:var(--accent);stroke-width:1.5}
.map-dot{fill:var(--accent)}
.map-reach{stroke:var(--accent);stroke-width:1}
.rival{fill:none;stroke:var(--text3);stroke-width:1.5;stroke-dasharray:4 3}
.observed{fill:none;stroke:var(--text2);stroke-width:1}
.crash{fill:var(--warn);opacity:.16}
.size{fill:var(--line2)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0 0;color:var(--text2);font-size:11px;line-height:14px}
.narrow{display:none}
@media (max-width:860px){.pair{grid-template-columns:minmax(0,1fr)}}
@media (max-width:560px){main{padding:16px 12px 48px}dl{grid-template-columns:1fr;gap:0}dt{margin-top:6px}p.answer{font-size:17px;line-height:24px}.wide{display:none}.narrow{display:block}th,td{padding-left:10px}}
@media print{:root{--bg:#fff;--raised:#fff;--line:#ccc;--line2:#999;--text:#000;--text2:#222;--text3:#444;--accent:#1a5bd0;--accent-bg:#eef;--warn:#8a5a00}main{max-width:none;padding:0}h2{break-after:avoid}figure,tr{break-inside:avoid}.scroll{overflow:visible}.wide{display:block}.narrow{display:none}}
`
