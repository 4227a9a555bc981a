// SPDX-License-Identifier: Apache-2.0
//
// Who one is, in which organisation, in which language and colours.
import {
  Button, Menu, useMantineColorScheme, type MantineColorScheme,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";

import { useAnswer, useChange } from "@/api/hooks";
import { asFailure } from "@/api/failure";
import { languages, useSpeech, useT, type Key } from "@/lib/messages";
import { useSession } from "@/lib/session";
import { tell } from "@/parts/Confirm";
import { Icon } from "@/parts/icons";
import { troubleText } from "@/parts/Trouble";

const schemes: MantineColorScheme[] = ["auto", "light", "dark"];

export function OrganisationMenu() {
  const t = useT();
  const client = useQueryClient();
  const session = useSession();
  const list = useAnswer("GET /session/organisations");
  const change = useChange("PUT /session/organisation");
  const others = list.data?.items ?? [];

  if (others.length < 2) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="sm" className="hf-head-button"
          rightSection={<Icon name="down" size={14} />}>
          {session.organisation.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("shell.organisation")}</Menu.Label>
        {others.map((one) => (
          <Menu.Item key={one.id} onClick={() => change.mutate(
            { body: { organisation: one.id } }, {
              onSuccess: () => {
                client.clear();
                window.location.assign("/");
              },
              onError: (error) => tell(troubleText(t, asFailure(error))),
            })}>
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function UserMenu() {
  const { t, language, setLanguage } = useSpeech();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const session = useSession();
  const [, go] = useLocation();
  const leave = useChange("DELETE /session");

  const signOut = () => leave.mutate({}, {
    onSettled: () => {
      client.clear();
      window.location.assign("/");
    },
  });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="subtle" size="sm" className="hf-head-button"
          aria-label={t("shell.person", {
            name: session.name || session.login,
          })}
          leftSection={<Icon name="user" />}>
          <span className="hf-wide">{session.name || session.login}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.login}</Menu.Label>
        <Menu.Item onClick={() => go("/account")}>
          {t("account.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("shell.language")}</Menu.Label>
        {languages.map((one) => (
          <Menu.Item key={one} lang={one} role="menuitemradio"
            aria-checked={one === language}
            rightSection={one === language ?
              <Icon name="good" size={14} /> : null}
            onClick={() => setLanguage(one)}>
            {t(`language.${one}` as Key)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("shell.colours")}</Menu.Label>
        {schemes.map((one) => (
          <Menu.Item key={one} role="menuitemradio"
            aria-checked={one === colorScheme}
            rightSection={one === colorScheme ?
              <Icon name="good" size={14} /> : null}
            onClick={() => setColorScheme(one)}>
            {t(`colours.${one}` as Key)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={signOut}>{t("shell.sign_out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
