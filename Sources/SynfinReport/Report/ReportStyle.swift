/// The style of the page, on top of the style of drawings.
enum ReportStyle {
  static let sheet = StyleSheet.css + page

  private static let page = #"""
    :root { color-scheme: light dark; scroll-padding-top: .5rem; }
    :root[data-theme=light] { color-scheme: light; }
    :root[data-theme=dark] { color-scheme: dark; }
    * { box-sizing: border-box; }
    body {
      margin: 0; padding: 0 20px 40px; background: var(--sf-paper); color: var(--sf-ink);
      font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif;
      font-variant-numeric: tabular-nums;
    }
    h1, h2, h3, p, ul, ol, dl, figure { margin: 0; padding: 0; }
    h1 { font-size: 18px; overflow-wrap: anywhere; }
    h2 { font-size: 15px; margin-bottom: 6px; }
    h2 small { font-weight: 400; color: var(--sf-muted); }
    h3 { font-size: 13px; margin: 0 0 4px; }
    ul, ol { list-style: none; }
    button, input, select { font: inherit; color: inherit; }
    button {
      background: none; border: 1px solid var(--sf-rail); border-radius: 6px; padding: 2px 10px;
      cursor: pointer;
    }
    button:disabled { opacity: .45; cursor: default; }
    button:not(:disabled):hover { background: var(--sf-tintBlue); }
    :focus-visible { outline: 2px solid var(--sf-blue); outline-offset: 2px; }
    .hint { color: var(--sf-muted); font-size: 13px; margin: 4px 0; }
    .skip { position: absolute; left: -999em; }
    .skip:focus { left: 8px; top: 8px; background: var(--sf-paper); padding: 4px 8px; z-index: 2; }
    .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
    .f-green { background: var(--sf-green); } .f-blue { background: var(--sf-blue); }
    .f-rail { background: var(--sf-rail); } .f-teal { background: var(--sf-teal); }
    .f-red { background: var(--sf-red); } .f-orange { background: var(--sf-orange); }
    .f-purple { background: var(--sf-purple); } .f-amber { background: var(--sf-amber); }

    .top { display: flex; gap: 12px; align-items: baseline; padding: 10px 0 2px; }
    .top h1 { flex: 1; }
    .brand { color: var(--sf-muted); white-space: nowrap; }
    .lead { font-size: 21px; line-height: 1.35; margin: 2px 0 8px; }
    .lead span { white-space: nowrap; }
    .lead button { border: 0; padding: 0; border-bottom: 1px dotted currentColor; border-radius: 0; }
    .fate[data-fate=failed] { color: var(--sf-red); font-weight: 600; }
    .fate[data-fate=troubled] { color: var(--sf-orange); font-weight: 600; }
    .fate[data-fate=fine] { color: var(--sf-green); }
    .fate[aria-pressed=true] { background: var(--sf-tintBlue); }
    .share { display: block; width: 100%; height: 10px; border-radius: 5px; }
    .outcomes { display: flex; flex-wrap: wrap; gap: 5px; margin: 8px 0; }
    .chip { border-color: var(--sf-faint); font-size: 13px; padding: 1px 8px; }
    .chip[aria-pressed=true] { border-color: var(--sf-blue); background: var(--sf-tintBlue); }
    .finding[aria-pressed=true] { background: var(--sf-tintBlue); box-shadow: inset 0 0 0 1px var(--sf-blue); }
    .trust {
      border-left: 4px solid var(--sf-amber); background: var(--sf-tintOrange); padding: 4px 12px;
      border-radius: 0 6px 6px 0; font-size: 13px; flex: 1 1 380px;
    }
    .trust h2 { font-size: 13px; margin: 0; }
    .facts {
      display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; font-size: 13px; flex: 1.4 1 480px;
    }
    .facts dt { color: var(--sf-muted); grid-column: 1; }
    .facts dd { margin: 0; grid-column: 2; overflow-wrap: anywhere; }

    .ground { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 8px 0; align-items: start; }
    .board {
      display: grid; grid-template-columns: minmax(260px, 1fr) minmax(0, 3.2fr); gap: 24px; margin: 14px 0 22px;
    }
    .charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px 24px; align-items: start; }
    figure svg { display: block; max-width: 100%; height: auto; }
    .charts figure svg { width: 100%; max-width: 520px; }
    .findings li { margin-bottom: 3px; }
    .finding {
      display: grid; grid-template-columns: 1fr auto; column-gap: 8px; width: 100%; text-align: left;
      border: 0; border-left: 4px solid; border-radius: 0 6px 6px 0; padding: 2px 8px 4px;
      line-height: 1.3;
    }
    .finding .name, .finding .count { font-weight: 600; }
    .finding .meaning {
      grid-column: 1 / 3; color: var(--sf-muted); font-size: 12px; overflow: hidden;
      text-overflow: ellipsis; white-space: nowrap;
    }
    .finding.grave { border-left-color: var(--sf-red); }
    .finding.serious { border-left-color: var(--sf-amber); }
    .finding.minor { border-left-color: var(--sf-rail); }
    .bar { grid-column: 1 / 3; width: 100%; height: 3px; }
    .grave .bar rect { fill: var(--sf-red); }
    .serious .bar rect { fill: var(--sf-amber); }
    .minor .bar rect { fill: var(--sf-rail); }
    .tops { display: grid; gap: 12px; padding-left: 12px; }
    .tops table { border-collapse: collapse; width: 100%; font-size: 13px; }
    .tops th { font-weight: 400; text-align: right; color: var(--sf-muted); }
    .tops th[scope=row] { text-align: left; }
    .tops td { text-align: right; }
    .tops tr { border-bottom: 1px solid var(--sf-faint); }
    .link { border: 0; padding: 0; color: var(--sf-blue); overflow-wrap: anywhere; text-align: left; }
    .link:hover { text-decoration: underline; }

    #filters { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; margin-bottom: 6px; }
    #filters label { color: var(--sf-muted); display: flex; gap: 6px; align-items: center; }
    #filters .grow { flex: 1 1 240px; }
    #filters input, #filters select {
      background: var(--sf-paper); color: var(--sf-ink); border: 1px solid var(--sf-rail);
      border-radius: 6px; padding: 2px 8px; min-width: 0; max-width: 100%;
    }
    #filters input { flex: 1; }
    #count { font-weight: 600; }
    #grid {
      --row: 26px; max-height: 80vh; overflow: auto; border: 1px solid var(--sf-faint);
      border-radius: 6px; font-size: 13px; overscroll-behavior: contain;
    }
    #heads {
      position: sticky; top: 0; background: var(--sf-tintGray); z-index: 1;
      border-bottom: 1px solid var(--sf-rail);
    }
    #rows { position: relative; min-width: 1200px; }
    #heads, #rows [role=row] {
      display: grid; column-gap: 8px; padding: 0 8px; align-items: center; min-width: 1200px;
      grid-template-columns:
        4em 2.8em minmax(10.2em, 1fr) minmax(13.4em, 1.6fr) 6.8em 4.2em 4.6em 4.6em 4.2em 3.6em 4.6em
        12.6em minmax(8.8em, 1.4fr);
    }
    #rows [role=row] { position: absolute; left: 0; right: 0; top: 0; height: var(--row); cursor: pointer; }
    #rows [role=row]:hover { background: var(--sf-tintGray); }
    #rows [aria-selected=true] { background: var(--sf-tintBlue); box-shadow: inset 3px 0 var(--sf-blue); }
    #heads span, #rows span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    #heads button { border: 0; padding: 3px 0; color: var(--sf-muted); font-size: 12px; }
    [aria-sort=ascending] button::after { content: " ▲"; }
    [aria-sort=descending] button::after { content: " ▼"; }
    #heads [aria-sort]:not([aria-sort=none]) button { color: var(--sf-ink); font-weight: 600; }
    .id, .roundTrip, .sent, .received, .packets, .retransmissions, .duration { text-align: right; }
    #rows .id, #rows .transport, #rows .start { color: var(--sf-muted); }

    dialog {
      width: min(1080px, 100vw); max-width: none; height: 100vh; max-height: none; margin: 0 0 0 auto;
      padding: 0; border: 0; border-left: 1px solid var(--sf-rail); color: var(--sf-ink);
      background: var(--sf-paper);
    }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: rgb(0 0 0 / .4); }
    dialog nav {
      display: flex; gap: 8px; align-items: center; padding: 8px 16px; background: var(--sf-tintGray);
      border-bottom: 1px solid var(--sf-faint);
    }
    #place { flex: 1; color: var(--sf-muted); }
    #story { overflow: auto; padding: 14px 20px 40px; flex: 1; }
    #story:focus-visible { outline: none; }
    #story h2 { font-size: 18px; overflow-wrap: anywhere; margin: 0; }
    #story h2 .id { color: var(--sf-muted); }
    .when { color: var(--sf-muted); font-size: 13px; }
    p.outcome { font-weight: 600; margin: 2px 0; }
    .verdict { font-size: 16px; margin: 10px 0 14px; max-width: 48em; }
    .packet {
      color: var(--sf-blue); text-decoration: underline;
      text-decoration-style: dotted; text-underline-offset: 3px;
    }
    #story figure { margin: 14px 0; overflow-x: auto; }
    #story figcaption { font-weight: 600; margin-bottom: 4px; }
    .graphs { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 14px; }
    .measurements { columns: 2 400px; column-gap: 28px; font-size: 13px; }
    .measurements section { break-inside: avoid; margin-bottom: 14px; }
    .measurements table { border-collapse: collapse; width: 100%; }
    .measurements tr { border-bottom: 1px solid var(--sf-faint); vertical-align: top; }
    .measurements th { font-weight: 400; width: 42%; color: var(--sf-muted); text-align: left; padding: 1px 10px 1px 0; }
    .measurements th.part { padding-left: 12px; }
    .measurements thead th { width: auto; }
    .measurements td { padding: 1px 8px 1px 0; }
    #story dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 12px 0; }
    #story dt { color: var(--sf-muted); }
    #story dd { margin: 0; }
    .command { display: flex; gap: 10px; align-items: start; margin: 8px 0; }
    .command code {
      background: var(--sf-tintGray); border: 1px solid var(--sf-faint); border-radius: 6px;
      padding: 6px 10px; overflow-wrap: anywhere; max-height: 12em; overflow: auto;
      font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
    }
    .found { outline: 3px solid var(--sf-amber); outline-offset: 2px; }

    @media (max-width: 900px) {
      .board { grid-template-columns: minmax(0, 1fr); }
      .tops { padding: 0; }
    }
    @media (max-width: 760px) {
      body { padding: 0 12px 30px; }
      .brand { display: none; }
      .lead { font-size: 18px; }
      .charts { grid-template-columns: minmax(0, 1fr); }
      .ground { display: block; }
      .trust { margin-top: 8px; }
      .facts { display: block; }
      .facts dt { margin-top: 4px; }
      #grid { --row: 46px; }
      #heads { display: none; }
      #rows { min-width: 0; }
      #rows [role=row] {
        min-width: 0; grid-template: "id server ending" 21px "transport client notability" 21px
          / 3.4em minmax(0, 1fr) minmax(0, 1fr); align-content: center; border-bottom: 1px solid var(--sf-faint);
      }
      #rows span { display: none; }
      #rows .id, #rows .server, #rows .ending, #rows .transport, #rows .client, #rows .notability {
        display: block;
      }
      #rows .id { grid-area: id; } #rows .server { grid-area: server; }
      #rows .ending { grid-area: ending; } #rows .transport { grid-area: transport; text-align: right; }
      #rows .client { grid-area: client; } #rows .notability { grid-area: notability; }
      #rows .client, #rows .notability { color: var(--sf-muted); }
      .graphs { grid-template-columns: 1fr; }
      dialog nav { flex-wrap: wrap; padding: 6px 10px; }
      #story { padding: 10px 12px 30px; }
      #keys { display: none; }
      .ladder svg { max-width: none; width: 720px; }
    }
    @media (min-width: 761px) { #filters label:has(#order) { display: none; } }
    @media print {
      body { padding: 0; font-size: 11px; }
      #theme, .skip, #filters, #keys, dialog nav { display: none; }
      .board { grid-template-columns: 1fr 2fr; }
      #grid { max-height: none; overflow: visible; border: 0; font-size: 9px; }
      #rows { height: auto !important; min-width: 0; }
      #rows [role=row] { position: static; transform: none !important; break-inside: avoid; height: auto; }
      #heads, #rows [role=row] {
        min-width: 0; column-gap: 6px;
        grid-template-columns: 4.4em 3em 1.2fr 1.5fr 7em 4em 4em 4em 3.5em 3em 4em 1.4fr 1.6fr;
      }
      #heads button { font-size: inherit; }
      #rows span { white-space: normal; overflow-wrap: anywhere; }
      .share, .swatch, .bar, .trust { print-color-adjust: exact; }
      body:has(dialog[open]) > :not(dialog) { display: none; }
      dialog[open] { position: static; display: block; width: auto; height: auto; border: 0; }
      #story { overflow: visible; }
      figure { break-inside: avoid; }
    }

    """#
}
