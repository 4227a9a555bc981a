// SPDX-License-Identifier: Apache-2.0
//
// What is around every page: the way past the menu, the head with
// organisation and person, the menu, words and questions.
import { Drawer } from "@mantine/core";
import { Suspense, useState } from "react";
import { Route as Place, Router, Switch, useLocation } from "wouter";

import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { ConfirmHost, WordsHost } from "@/parts/Confirm";
import { Icon } from "@/parts/icons";
import { Waiting } from "@/parts/Loaded";
import { Empty, Page } from "@/parts/Page";
import { routes } from "@/routes";
import { Boundary } from "@/shell/Boundary";
import { Menu } from "@/shell/Menu";
import { Offline } from "@/shell/Offline";
import { OrganisationMenu, UserMenu } from "@/shell/UserMenu";

function Absent() {
  const t = useT();
  return (
    <Page title={t("absent.title")}>
      <Empty title={t("absent.text")} />
    </Page>
  );
}

function Forbidden() {
  const t = useT();
  return (
    <Page title={t("forbidden.title")}>
      <Empty title={t("forbidden.text")} />
    </Page>
  );
}

function Pages() {
  const may = useMay();
  const [path] = useLocation();

  return (
    <Boundary key={path}>
      <Suspense fallback={<Waiting lines={8} />}>
        <Switch>
          {routes.map((one) => (
            <Place key={one.path} path={one.path}>
              {(params) => may(one.may) ?
                <one.page params={params as { [name: string]: string }} /> :
                <Forbidden />}
            </Place>
          ))}
          <Place><Absent /></Place>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

export function Shell() {
  const t = useT();
  const [open, setOpen] = useState(false);

  return (
    <Router>
      <a className="hf-skip" href="#content">{t("shell.skip")}</a>
      <header className="hf-head">
        <button type="button" className="hf-burger" aria-expanded={open}
          aria-label={t("shell.menu")} onClick={() => setOpen(true)}>
          <Icon name="menu" size={22} />
        </button>
        <a className="hf-brand" href="/">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Holdfast</span>
        </a>
        <div className="hf-head-side">
          <OrganisationMenu />
          <UserMenu />
        </div>
      </header>
      <nav className="hf-side" aria-label={t("shell.menu")}><Menu /></nav>
      <Drawer opened={open} onClose={() => setOpen(false)}
        title={t("shell.menu")} size="17rem"
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <nav aria-label={t("shell.menu")}>
          <Menu chosen={() => setOpen(false)} />
        </nav>
      </Drawer>
      <main id="content" className="hf-main" tabIndex={-1}>
        <Offline />
        <Pages />
      </main>
      <ConfirmHost />
      <WordsHost />
    </Router>
  );
}
