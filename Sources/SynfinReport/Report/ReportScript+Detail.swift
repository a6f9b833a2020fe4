extension ReportScript {
  /// A connection in full, the address, the controls, light and dark, paper; the function ends here.
  static let detail = #"""
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
