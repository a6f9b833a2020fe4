/// The script of the page: fills the table, filters and sorts it, opens connections.
///
/// It makes text nodes, never markup: the page's policy forbids it anything else.
enum ReportScript {
  static let source = #"""

    'use strict';
    (() => {
      const $ = id => document.getElementById(id);
      const data = JSON.parse($('data').textContent);
      const rows = data.rows;
      const total = rows.transport.length;

      // ---- The columns as they come: differences are summed up, letters looked up.

      for (const name of ['id', 'start']) {
        let sum = 0;
        rows[name] = rows[name].map(difference => sum += difference);
      }
      const transports = { t: 'tcp', u: 'udp', i: 'icmp' };
      const transport = row => transports[rows.transport[row]];
      const outcome = row => data.outcomes[rows.outcome.charCodeAt(row) - 97];
      const fate = row => data.fates[rows.fate.charCodeAt(row) - 48][0];
      const services = new Map(data.services.map(([transport, port, name]) => [transport + port, name]));
      const placeOf = new Map(rows.id.map((id, row) => [id, row]));

      // ---- Texts, as the program writes them elsewhere.

      const grouped = number => number.toLocaleString('en-US');

      function bytes(value) {
        if (value < 1000) return value + ' B';
        let unit = 1000;
        const names = ['kB', 'MB', 'GB', 'TB', 'PB'];
        while (value >= unit * 999.5 && names.length > 1) {
          unit *= 1000;
          names.shift();
        }
        if (value / unit >= 100) return Math.floor((value + unit / 2) / unit) + ' ' + names[0];
        return Math.floor((value + unit / 20) / (unit / 10)) / 10 + ' ' + names[0];
      }

      function duration(value) {
        if (value === 0) return '0 s';
        if (value < 1000) return value + ' ns';
        for (const [unit, name, limit, decimals] of
          [[1e3, ' µs', 1000, 10], [1e6, ' ms', 1000, 10], [1e9, ' s', 60, 60]]) {
          const tenths = Math.floor((value + unit / 20) / (unit / 10));
          const whole = Math.floor((value + unit / 2) / unit);
          if (tenths < decimals * 10) return Math.floor(tenths / 10) + '.' + tenths % 10 + name;
          if (whole < limit) return whole + name;
        }
        const seconds = Math.floor((value + 5e8) / 1e9);
        const [large, largeName, small, smallName] = seconds >= 86400 ? [86400, ' d', 3600, ' h']
          : seconds >= 3600 ? [3600, ' h', 60, ' min'] : [60, ' min', 1, ' s'];
        const rest = Math.floor(seconds % large / small);
        return Math.floor(seconds / large) + largeName + (rest ? ' ' + rest + smallName : '');
      }

      function endpoint(host, port) {
        const address = data.hosts[host];
        if (port < 0) return address;
        return (address.includes(':') ? '[' + address + ']' : address) + ':' + port;
      }

      function server(row) {
        const text = endpoint(rows.server[row], rows.serverPort[row]);
        const name = services.get(transport(row) + rows.serverPort[row]);
        return name ? text + ' ' + name : text;
      }

      function start(row) {
        const since = Math.floor((data.originRest + rows.start[row]) / 1e6);
        const text = new Date(data.origin + since + data.zoneOffset * 1000).toISOString();
        return text.slice(data.spansDays ? 5 : 11, 23).replace('T', ' ');
      }

      // ---- The table's columns. `first` says whether the largest come first.

      const address = (host, port) => row => rows[host][row] * 65537 + rows[port][row];
      const column = (key, label, text, first = false, value = row => rows[key][row]) =>
        ({ key, label, text, first, value });
      const columns = [
        column('id', '#', row => String(rows.id[row])),
        column('transport', 'proto', row => transport(row).toUpperCase(), false,
          row => rows.transport.charCodeAt(row)),
        column('client', 'client', row => endpoint(rows.client[row], rows.clientPort[row]), false,
          address('client', 'clientPort')),
        column('server', 'server', server, false, address('server', 'serverPort')),
        column('start', 'start', start),
        column('roundTrip', 'RTT', row => rows.roundTrip[row] < 0 ? '' : duration(rows.roundTrip[row]),
          true),
        column('sent', 'sent', row => bytes(rows.sent[row]), true),
        column('received', 'received', row => bytes(rows.received[row]), true),
        column('packets', 'packets', row => grouped(rows.packets[row]), true),
        column('retransmissions', 'resent',
          row => rows.retransmissions[row] ? grouped(rows.retransmissions[row]) : '', true),
        column('duration', 'lasted',
          row => rows.packets[row] < 2 ? '' : duration(rows.duration[row]), true),
        column('ending', 'outcome', row => data.endings[rows.ending[row]]),
        column('notability', 'problems', row => data.troubles[rows.trouble[row]], true),
      ];

      // ---- What is shown: filters, order, the row that the keyboard is on, the open connection.

      const blank = {
        find: '', transport: '', outcome: '', problem: '', order: 'notability', up: false, open: 0,
      };
      const state = { ...blank };
      let shown = [];
      let cursor = 0;

      const haystacks = [];
      function haystack(row) {
        return haystacks[row] ??= [
          transport(row), endpoint(rows.client[row], rows.clientPort[row]), server(row),
          data.endings[rows.ending[row]], data.troubles[rows.trouble[row]],
        ].join(' ').toLowerCase();
      }

      // "#7" is a number, ":443" a port, anything else a part of what the row shows.
      function test(word) {
        const number = Number(word.slice(1));
        if (/^#\d+$/.test(word)) return row => rows.id[row] === number;
        if (/^:\d+$/.test(word)) {
          return row => rows.clientPort[row] === number || rows.serverPort[row] === number;
        }
        return row => haystack(row).includes(word);
      }

      function select() {
        const tests = state.find.toLowerCase().split(/\s+/).filter(Boolean).map(test);
        if (state.transport) tests.unshift(row => transport(row) === state.transport);
        if (state.outcome) {
          tests.unshift(row => outcome(row)[0] === state.outcome || fate(row) === state.outcome);
        }
        if (state.problem) {
          const bit = 1 << data.problems.findIndex(([key]) => key === state.problem);
          tests.unshift(row => rows.kinds[row] & bit);
        }
        const found = [];
        for (let row = 0; row < total; row++) {
          if (tests.every(test => test(row))) found.push(row);
        }
        return found;
      }

      function sort(found) {
        const { value, first } = columns.find(column => column.key === state.order) ?? columns[0];
        const sign = first === state.up ? 1 : -1;
        const values = new Float64Array(total);
        for (const row of found) values[row] = value(row);
        return found.sort((a, b) => (values[a] - values[b]) * sign || a - b);
      }

      function update() {
        const current = shown[cursor];
        shown = sort(select());
        cursor = Math.max(0, shown.indexOf(current));
        $('count').textContent = shown.length === total
          ? grouped(total) + (total === 1 ? ' connection' : ' connections')
          : grouped(shown.length) + ' of ' + grouped(total) + ' connections';
        showFilters();
        layOut();
      }

      function showFilters() {
        for (const name of ['find', 'transport', 'outcome', 'problem', 'order']) {
          if ($(name).value !== state[name]) $(name).value = state[name];
        }
        for (const head of heads.children) {
          const isOrder = head.dataset.key === state.order;
          const { first } = columns.find(column => column.key === head.dataset.key);
          head.setAttribute('aria-sort',
            !isOrder ? 'none' : first === state.up ? 'ascending' : 'descending');
        }
        for (const button of document.querySelectorAll('[data-outcome], [data-problem], [data-fate]')) {
          const { outcome, fate, problem } = button.dataset;
          const isOn = problem ? state.problem === problem : state.outcome === (outcome ?? fate);
          button.setAttribute('aria-pressed', isOn);
        }
      }

      // ---- Drawing: only the rows that can be seen exist.

      const grid = $('grid');
      const heads = $('heads');
      const body = $('rows');
      const lines = new Map();
      let height = 28;

      function element(name, role, text = '') {
        const made = document.createElement(name);
        if (role) made.setAttribute('role', role);
        made.textContent = text;
        return made;
      }

      function makeLine(place) {
        const row = shown[place];
        const line = element('div', 'row');
        line.id = 'row-' + rows.id[row];
        line.dataset.place = place;
        line.setAttribute('aria-rowindex', place + 2);
        for (const { key, text } of columns) {
          const cell = element('span', 'gridcell', text(row));
          cell.className = key;
          if (key === 'ending') {
            const swatch = element('i');
            swatch.className = 'swatch ' + outcome(row)[2];
            cell.prepend(swatch);
          }
          if (key === 'client' || key === 'server' || key === 'notability') cell.title = cell.textContent;
          line.append(cell);
        }
        return line;
      }

      function draw() {
        if (isPrinting) return;
        const from = Math.max(0, Math.floor(grid.scrollTop / height) - 8);
        const to = Math.min(shown.length, from + Math.ceil(grid.clientHeight / height) + 18);
        for (const [place, line] of lines) {
          if (place < from || place >= to) {
            line.remove();
            lines.delete(place);
          }
        }
        for (let place = from; place < to; place++) {
          let line = lines.get(place);
          if (!line) {
            line = makeLine(place);
            line.style.transform = 'translateY(' + place * height + 'px)';
            lines.set(place, line);
            body.append(line);
          }
          line.setAttribute('aria-selected', place === cursor);
        }
        const line = lines.get(cursor);
        if (line) grid.setAttribute('aria-activedescendant', line.id);
        else grid.removeAttribute('aria-activedescendant');
      }

      let isPrinting = false;
      function layOut() {
        if (isPrinting) return;
        height = parseFloat(getComputedStyle(grid).getPropertyValue('--row')) || 28;
        body.replaceChildren();
        lines.clear();
        body.style.height = shown.length * height + 'px';
        grid.setAttribute('aria-rowcount', shown.length + 1);
        draw();
      }

      let isDue = false;
      function drawSoon() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(() => {
          isDue = false;
          draw();
        });
      }

      function moveTo(place) {
        cursor = Math.max(0, Math.min(place, shown.length - 1));
        const top = cursor * height;
        const room = grid.clientHeight - heads.offsetHeight - height;
        if (grid.scrollTop > top) grid.scrollTop = top;
        if (grid.scrollTop < top - room) grid.scrollTop = top - room;
        draw();
      }

      // ---- A connection in full.

      const detail = $('detail');
      const story = $('story');

      function missing(row) {
        const article = element('article');
        const id = rows.id[row];
        const title = element('h2', null, '#' + id + ' ' + transport(row).toUpperCase() + ' '
          + endpoint(rows.client[row], rows.clientPort[row]) + ' → ' + server(row));
        title.id = 'detail-title';
        const facts = element('dl');
        for (const { label, text } of columns.slice(4)) {
          facts.append(element('dt', null, label), element('dd', null, text(row) || '–'));
        }
        article.append(title, facts);
        if (!data.command) {
          article.append(element('p', null,
            'Its packets are not told here: the capture came from standard input. '
            + 'Save it to a file to see them.'));
          return article;
        }
        const command = element('code', null, data.command + ' ' + id);
        command.id = 'command';
        const copy = element('button', null, 'Copy');
        copy.type = 'button';
        copy.addEventListener('click', () => copyText(command, copy));
        const line = element('p');
        line.className = 'command';
        line.append(command, copy);
        article.append(element('p', null,
          'Not among the connections that this page tells in full. In a terminal it is shown by:'),
          line);
        return article;
      }

      async function copyText(source, button) {
        try {
          await navigator.clipboard.writeText(source.textContent);
          button.textContent = 'Copied';
        } catch {
          getSelection().selectAllChildren(source);
          button.textContent = 'Selected: copy it with the keyboard';
        }
      }

      function show(id) {
        const row = placeOf.get(id);
        if (row === undefined) return hide();
        state.open = id;
        const place = shown.indexOf(row);
        if (place >= 0) moveTo(place);
        const template = $('c' + id);
        story.replaceChildren(template ? template.content.cloneNode(true) : missing(row));
        $('place').textContent = place < 0 ? ''
          : grouped(place + 1) + ' of ' + grouped(shown.length);
        $('before').disabled = place <= 0;
        $('next').disabled = place < 0 || place + 1 >= shown.length;
        for (const button of detail.querySelectorAll('[data-jump]')) {
          button.hidden = !story.querySelector(button.dataset.jump);
        }
        if (!detail.open) detail.showModal();
        story.scrollTop = 0;
        story.focus({ preventScroll: true });
        remember();
      }

      function hide() {
        state.open = 0;
        if (detail.open) detail.close();
        story.replaceChildren();
        remember();
      }

      // The row of the ladder that shows a packet, alone or in a run.
      // Its rows begin their tooltips with "packet 9" or "packets 12–31".
      function showPacket(number) {
        for (const old of story.querySelectorAll('.found')) old.classList.remove('found');
        const found = [...story.querySelectorAll('.ladder .row')].filter(row => {
          const packets = /^packets? (\d+)(?:–(\d+))?/.exec(row.querySelector('title')?.textContent);
          return packets && packets[1] <= number && number <= (packets[2] ?? packets[1]);
        });
        if (!found.length) return;
        found.forEach(row => row.classList.add('found'));
        found[0].scrollIntoView({ block: 'center' });
      }

      // ---- The address keeps filters and the open connection.

      function remember() {
        const words = new URLSearchParams();
        for (const [name, value] of Object.entries(state)) {
          if (value !== blank[name]) words.set(name, value);
        }
        // Browsers refuse when it happens too often; the address then lags behind.
        try { history.replaceState(null, '', '#' + words); } catch { /* next time */ }
      }

      function recall() {
        const words = new URLSearchParams(location.hash.slice(1));
        for (const name of ['find', 'transport', 'outcome', 'problem', 'order']) {
          state[name] = words.get(name) ?? blank[name];
        }
        const isKnown = (list, key) => !key || list.some(([known]) => known === key);
        if (!isKnown([...data.outcomes, ...data.fates], state.outcome)) state.outcome = '';
        if (!isKnown(data.problems, state.problem)) state.problem = '';
        if (!columns.some(column => column.key === state.order)) state.order = blank.order;
        state.up = words.get('up') === 'true';
        const open = Number(words.get('open')) || 0;
        update();
        const packet = Number(words.get('packet')) || 0;
        if (open) show(open);
        else if (detail.open) hide();
        if (packet) showPacket(packet);
      }

      function change(values) {
        Object.assign(state, values);
        update();
        moveTo(cursor);
        remember();
      }

      function order(key) {
        change(state.order === key ? { up: !state.up } : { order: key, up: false });
      }

      // ---- Making the controls.

      for (const { key, label } of columns) {
        const head = element('span', 'columnheader');
        head.className = key;
        head.dataset.key = key;
        const button = element('button', null, label);
        button.type = 'button';
        button.addEventListener('click', () => order(key));
        head.append(button);
        heads.append(head);
      }

      function fill(name, options) {
        for (const [value, label] of options) {
          const option = element('option', null, label);
          option.value = value;
          $(name).append(option);
        }
      }

      const present = (list, of) => {
        const seen = new Set();
        for (let row = 0; row < total; row++) seen.add(of(row));
        return list.filter(([key]) => seen.has(key));
      };
      fill('transport', present([['tcp', 'TCP'], ['udp', 'UDP'], ['icmp', 'ICMP']], transport));
      fill('outcome', present(data.fates, fate));
      fill('outcome', present(data.outcomes, row => outcome(row)[0]));
      const kinds = rows.kinds.reduce((all, kinds) => all | kinds, 0);
      fill('problem', data.problems.filter((_, bit) => kinds & 1 << bit));
      fill('order', columns.map(({ key, label }) => [key, label]));

      for (const name of ['find', 'transport', 'outcome', 'problem']) {
        $(name).addEventListener('input', event => change({ [name]: event.target.value }));
      }
      $('order').addEventListener('input', event => change({ order: event.target.value, up: false }));
      $('filters').addEventListener('submit', event => {
        event.preventDefault();
        grid.focus();
      });
      $('clear').addEventListener('click', () => change({ ...blank }));

      // What was counted leads to the rows that were counted.
      document.querySelector('main').addEventListener('click', event => {
        const button = event.target.closest('button');
        if (!button) return;
        const { outcome, fate, problem, search } = button.dataset;
        const values = { find: '', transport: '', outcome: '', problem: '' };
        if (search !== undefined) values.find = search;
        else if (problem) values.problem = state.problem === problem ? '' : problem;
        else if (outcome ?? fate) values.outcome = state.outcome === (outcome ?? fate) ? '' : outcome ?? fate;
        else return;
        change(values);
        $('connections-title').scrollIntoView();
      });

      body.addEventListener('click', event => {
        const line = event.target.closest('[role=row]');
        if (!line || String(getSelection())) return;
        moveTo(Number(line.dataset.place));
        show(rows.id[shown[cursor]]);
      });

      grid.addEventListener('keydown', event => {
        if (event.target !== grid || event.ctrlKey || event.altKey || event.metaKey) return;
        const page = Math.max(1, Math.floor(grid.clientHeight / height) - 2);
        const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
        if (event.key in steps) moveTo(cursor + steps[event.key]);
        else if (event.key === 'Home') moveTo(0);
        else if (event.key === 'End') moveTo(shown.length - 1);
        else if (event.key === 'Enter' && shown.length) show(rows.id[shown[cursor]]);
        else return;
        event.preventDefault();
      });
      grid.addEventListener('scroll', drawSoon, { passive: true });
      addEventListener('resize', layOut);
      addEventListener('hashchange', recall);

      $('close').addEventListener('click', hide);
      $('before').addEventListener('click', () => show(rows.id[shown[cursor - 1]]));
      $('next').addEventListener('click', () => show(rows.id[shown[cursor + 1]]));
      detail.addEventListener('keydown', event => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
        if (event.key === 'ArrowLeft') $('before').click();
        else if (event.key === 'ArrowRight') $('next').click();
      });
      detail.addEventListener('close', () => {
        if (state.open) hide();
        grid.focus({ preventScroll: true });
      });
      detail.addEventListener('click', event => {
        if (event.target === detail) return hide();
        const jump = event.target.closest('[data-jump]');
        if (jump) story.querySelector(jump.dataset.jump).scrollIntoView();
        const link = event.target.closest('[data-packet]');
        if (!link) return;
        // Its address is for those who copy it: it would take the filters away.
        event.preventDefault();
        showPacket(Number(link.dataset.packet));
      });

      // ---- Light and dark: as the system has it, until somebody chooses.

      const root = document.documentElement;
      const store = {
        get: () => { try { return localStorage.getItem('synfin-theme'); } catch { return null; } },
        set: theme => { try { localStorage.setItem('synfin-theme', theme); } catch { /* not kept */ } },
      };
      if (['light', 'dark'].includes(store.get())) root.dataset.theme = store.get();
      $('theme').addEventListener('click', () => {
        const isDark = root.dataset.theme
          ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
        root.dataset.theme = isDark ? 'light' : 'dark';
        store.set(root.dataset.theme);
      });

      // ---- Paper shows the first rows of what is selected.

      addEventListener('beforeprint', () => {
        isPrinting = true;
        body.replaceChildren();
        lines.clear();
        for (let place = 0; place < Math.min(shown.length, 500); place++) body.append(makeLine(place));
      });
      addEventListener('afterprint', () => {
        isPrinting = false;
        layOut();
      });

      recall();
    })();

    """#
}
